# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/design/test_template tests/design/test_technology
TESTS += tests/design/test_template tests/design/test_technology
tests_design_test_template_SOURCES = %D%/test_template.c
tests_design_test_template_CFLAGS = $(test_cflags)
tests_design_test_template_LDADD = $(libs_design) $(CHECK_LIBS)
tests_design_test_technology_SOURCES = %D%/test_technology.c
tests_design_test_technology_CFLAGS = $(test_cflags)
tests_design_test_technology_LDADD = $(libs_design) $(CHECK_LIBS)
EXTRA_DIST += %D%/bad_templates
check_PROGRAMS += tests/design/test_design_bad
TESTS += tests/design/test_design_bad
tests_design_test_design_bad_SOURCES = %D%/test_design_bad.c
tests_design_test_design_bad_CFLAGS = $(test_cflags)
tests_design_test_design_bad_LDADD = $(libs_design) $(CHECK_LIBS)
