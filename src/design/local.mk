# SPDX-License-Identifier: GPL-3.0-or-later
# design: XML checked by RelaxNG, technologies and circuit templates → struct design.
noinst_LIBRARIES += src/libdesign.a
src_libdesign_a_SOURCES = \
    %D%/design.h %D%/technology.h %D%/template.h \
    %D%/schema.c %D%/schema.h \
    %D%/xml.c %D%/xml.h
