# SPDX-License-Identifier: GPL-3.0-or-later
# design: XML and templates into struct design, with the line of each element.
noinst_LIBRARIES += src/libdesign.a
src_libdesign_a_SOURCES = \
    %D%/spice.c %D%/spice.h \
    %D%/template.c %D%/template.h
