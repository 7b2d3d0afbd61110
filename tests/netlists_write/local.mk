# SPDX-License-Identifier: GPL-3.0-or-later
netlists_write_tests = %D%/test_write_path.sh
dist_check_SCRIPTS += $(netlists_write_tests)
TESTS += $(netlists_write_tests)
