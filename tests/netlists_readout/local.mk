# SPDX-License-Identifier: GPL-3.0-or-later
readout_tests = %D%/test_readout.sh
dist_check_SCRIPTS += $(readout_tests)
TESTS += $(readout_tests)
