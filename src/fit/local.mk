# SPDX-License-Identifier: GPL-3.0-or-later
# fit: behavioural models of circuits, their file format, and the choice of their order.
noinst_LIBRARIES += src/libfit.a
src_libfit_a_SOURCES = \
    %D%/fit.c %D%/fit.h \
    %D%/model.c %D%/model.h %D%/model_json.c \
    %D%/polynomial.c %D%/polynomial.h
nobase_dist_pkgdata_DATA += netlists/paper.json
