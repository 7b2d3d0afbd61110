# SPDX-License-Identifier: GPL-3.0-or-later
design_tests = tests/design/test_design tests/design/test_design_bad tests/design/test_schema tests/design/test_technology \
    tests/design/test_template tests/design/test_xml
check_PROGRAMS += $(design_tests)
TESTS += $(design_tests)
tests_design_test_design_SOURCES = %D%/test_design.c %D%/folder.h
tests_design_test_design_CFLAGS = $(test_cflags)
tests_design_test_design_LDADD = $(libs_design) $(CHECK_LIBS)
tests_design_test_design_bad_SOURCES = %D%/test_design_bad.c
tests_design_test_design_bad_CFLAGS = $(test_cflags)
tests_design_test_design_bad_LDADD = $(libs_design) $(CHECK_LIBS)
tests_design_test_schema_SOURCES = %D%/test_schema.c
tests_design_test_schema_CFLAGS = $(test_cflags)
tests_design_test_schema_LDADD = $(libs_design) $(CHECK_LIBS)
tests_design_test_technology_SOURCES = %D%/test_technology.c
tests_design_test_technology_CFLAGS = $(test_cflags)
tests_design_test_technology_LDADD = $(libs_design) $(CHECK_LIBS)
tests_design_test_template_SOURCES = %D%/test_template.c
tests_design_test_template_CFLAGS = $(test_cflags)
tests_design_test_template_LDADD = $(libs_design) $(CHECK_LIBS)
tests_design_test_xml_SOURCES = %D%/test_xml.c %D%/folder.h
tests_design_test_xml_CFLAGS = $(test_cflags)
tests_design_test_xml_LDADD = $(libs_design) $(CHECK_LIBS)
EXTRA_DIST += %D%/bad %D%/bad_templates %D%/good
