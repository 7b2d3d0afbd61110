# SPDX-License-Identifier: GPL-3.0-or-later
# design: XML and templates into struct design, with the line of each element.
noinst_LIBRARIES += src/libdesign.a
src_libdesign_a_SOURCES = \
    %D%/schema.c %D%/schema.h \
    %D%/spice.c %D%/spice.h \
    %D%/technology.c %D%/technology.h \
    %D%/template.c %D%/template.h \
    %D%/xml.c %D%/xml.h
