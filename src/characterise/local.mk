# SPDX-License-Identifier: GPL-3.0-or-later
# characterise: kinds of characterisation, one file each; benches out of one element, data sheets out of what they measured.
noinst_LIBRARIES += src/libcharacterise.a
src_libcharacterise_a_SOURCES = \
    %D%/array.c \
    %D%/characterise.c %D%/characterise.h \
    %D%/decay.c %D%/decay.h \
    %D%/disturb.c \
    %D%/devices.c %D%/devices.h \
    %D%/energy.c \
    %D%/jitter.c \
    %D%/kinds.c %D%/kinds.h \
    %D%/retention.c \
    %D%/mismatch.c \
    %D%/noise.c \
    %D%/pulse.c \
    %D%/sheet.c %D%/sheet.h \
    %D%/transfer.c \
    %D%/write.c \
    %D%/writer.c %D%/writer.h
