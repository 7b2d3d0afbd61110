# SPDX-License-Identifier: GPL-3.0-or-later
EXTRA_DIST += %D%/install-packages %D%/hold-table %D%/pulse-table %D%/slurm-two-nodes %D%/tap-totals .ci/run

# The totals stand at the end of `make check`.
check-local: check-TESTS
	@$(top_srcdir)/%D%/tap-totals $(TEST_LOGS)

# The tests that meet the simulator, for another library: LD_LIBRARY_PATH=... make check-simulator
check-simulator:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS="$(filter tests/sim/% tests/flow/% tests/cli/% tests/netlist/test_%.sh tests/netlists_% tests/technologies/%,$(TESTS))"
.PHONY: check-simulator
