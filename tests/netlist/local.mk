# SPDX-License-Identifier: GPL-3.0-or-later
netlist_tests = \
    tests/netlist/test_array \
    tests/netlist/test_deck \
    tests/netlist/test_expression \
    tests/netlist/test_golden \
    tests/netlist/test_mismatch \
    tests/netlist/test_part \
    tests/netlist/test_point
check_PROGRAMS += $(netlist_tests)
TESTS += $(netlist_tests)
tests_netlist_test_array_SOURCES = %D%/test_array.c
tests_netlist_test_array_CFLAGS = $(test_cflags)
tests_netlist_test_array_LDADD = $(libs_netlist) $(CHECK_LIBS)
tests_netlist_test_deck_SOURCES = %D%/test_deck.c
tests_netlist_test_deck_CFLAGS = $(test_cflags)
tests_netlist_test_deck_LDADD = $(libs_netlist) $(CHECK_LIBS)
tests_netlist_test_expression_SOURCES = %D%/test_expression.c
tests_netlist_test_expression_CFLAGS = $(test_cflags)
tests_netlist_test_expression_LDADD = $(libs_netlist) $(CHECK_LIBS)
tests_netlist_test_golden_SOURCES = %D%/test_golden.c
tests_netlist_test_golden_CFLAGS = $(test_cflags)
tests_netlist_test_golden_LDADD = $(libs_netlist) $(CHECK_LIBS)
tests_netlist_test_mismatch_SOURCES = %D%/test_mismatch.c
tests_netlist_test_mismatch_CFLAGS = $(test_cflags)
tests_netlist_test_mismatch_LDADD = $(libs_netlist) $(CHECK_LIBS)
tests_netlist_test_part_SOURCES = %D%/test_part.c
tests_netlist_test_part_CFLAGS = $(test_cflags)
tests_netlist_test_part_LDADD = $(libs_netlist) $(CHECK_LIBS)
tests_netlist_test_point_SOURCES = %D%/test_point.c
tests_netlist_test_point_CFLAGS = $(test_cflags)
tests_netlist_test_point_LDADD = $(libs_netlist) $(CHECK_LIBS)
EXTRA_DIST += tests/netlist/bad tests/netlist/parts.xml tests/netlist/two-cells.xml tests/netlist/uneven-outer.xml tests/golden/array-group \
    tests/golden/array-mismatch tests/golden/array-wires tests/golden/mismatch tests/golden/nested tests/golden/noise tests/golden/pack \
    tests/golden/assembly tests/golden/stimuli tests/golden/wrapped \
    netlists/c2p-hardsigmoid netlists/c2p-ideal netlists/c2p-signed netlists/c2p-regulated netlists/dac netlists/gain-cell netlists/gain-cell-breadboard netlists/gain-cell-disturb \
    netlists/gain-cell-enable netlists/gain-cell-hold netlists/gain-cell-oxide-2t netlists/gain-cell-oxide-3t netlists/memory-ferro netlists/memory-pcm netlists/memory-reram netlists/pwm netlists/write-path

netlist_designs = %D%/test_c2p.sh %D%/test_circuits.sh %D%/test_column.sh %D%/test_designs.sh %D%/test_hold.sh %D%/test_regulated.sh %D%/test_tile.sh
dist_check_SCRIPTS += $(netlist_designs)
TESTS += $(netlist_designs)
