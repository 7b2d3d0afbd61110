#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The reference array through every stage: tables of one row a line. What the numbers must be is checked in tests/flow.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
check "run" "$GAINSPICE" run "$TOP_SRCDIR/netlists/array-8x8.xml" --results r -q
same "a table of the bench and one for each kind of line" "cell.csv half.csv read.csv read_bl.csv read_wbl.csv read_we.csv read_web.csv \
read_wln.csv read_wlp.csv specs.csv without-wires.csv" "$(cd r/tables && echo *.csv)"
table() { grep -v '^#' "r/tables/$1.csv"; }
same "the lines are a column" "corner,temperature_C,bl,q_C,v_far_V,v_far_max_V" "$(table read_bl | head -n 1)"
same "a row a line, from 0" "0 1 2 3 4 5 6 7" "$(table read_bl | tail -n +2 | cut -d , -f 3 | xargs)"
same "of a group its columns" "4 5 6 7" "$(table half | tail -n +2 | cut -d , -f 3 | xargs)"
same "what has no line stands in the bench's table" "corner,temperature_C,q_vdd_C,q_vss_C" "$(table read | head -n 1)"
same "codes and initial voltages are swept" 128 "$(table cell | tail -n +2 | wc -l | tr -d ' ')"
same "nothing is simulated twice" "0 points simulated, 131 were stored, 0 failed" "$("$GAINSPICE" simulate "$TOP_SRCDIR/netlists/array-8x8.xml" --results r -q 2>&1)"
finish
