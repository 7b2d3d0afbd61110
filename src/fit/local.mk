# SPDX-License-Identifier: GPL-3.0-or-later
# fit: behavioural models of circuits, their file format, and the choice of their order.
noinst_LIBRARIES += src/libfit.a
src_libfit_a_SOURCES = \
    %D%/bspline.c %D%/bspline.h \
    %D%/curve_laws.c %D%/ekv.c \
    %D%/fit.c %D%/fit.h \
    %D%/model.c %D%/model.h %D%/model_json.c \
    %D%/nonlinear.c %D%/nonlinear.h \
    %D%/parametric.c %D%/parametric.h \
    %D%/polynomial.c %D%/polynomial.h
nobase_dist_pkgdata_DATA += netlists/paper.json
