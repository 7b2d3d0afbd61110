# SPDX-License-Identifier: GPL-3.0-or-later
# store: the results of a design (SQLite), tables and their forms, numpy's arrays.
noinst_LIBRARIES += src/libstore.a
src_libstore_a_SOURCES = \
    %D%/npy.c %D%/npy.h \
    %D%/npz.c %D%/npz.h \
    %D%/npz_plot.c %D%/npz_plot.h \
    %D%/store.c %D%/store.h \
    %D%/table.c %D%/table.h
