# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += tests/design/test_template
TESTS += tests/design/test_template
tests_design_test_template_SOURCES = %D%/test_template.c
tests_design_test_template_CFLAGS = $(test_cflags)
tests_design_test_template_LDADD = $(libs_design) $(CHECK_LIBS)
EXTRA_DIST += %D%/bad_templates
