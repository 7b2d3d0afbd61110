# SPDX-License-Identifier: GPL-3.0-or-later
# report: blocks, figures by gnuplot, one HTML page.
noinst_LIBRARIES += src/libreport.a
src_libreport_a_SOURCES = \
    %D%/blocks.h \
    %D%/figure.c \
    %D%/html.c \
    %D%/outcome.c %D%/outcome.h \
    %D%/report.c %D%/report.h
