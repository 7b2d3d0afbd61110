#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The reference design through the whole program: what it must show, and that a second run simulates nothing.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cp "$TOP_SRCDIR/netlists/gain-cell.xml" "$TOP_SRCDIR/netlists/gain-cell-authors.csv" .
check "it runs and meets its limits" "$GAINSPICE" run -q gain-cell.xml

# column NAME FILE ROW: the value of a column in the first row that starts with ROW.
column() { awk -F, -v want="$1" -v row="$3" '/^#/ { next } !head { for (i = 1; i <= NF; i++) if ($i == want) c = i; head = 1; next }
    index($0, row) == 1 { print $c; exit }' "$2"; }
below() { awk -v x="$2" -v limit="$3" 'BEGIN { exit !(x != "" && x + 0 == x && x >= 0 && x <= limit) }' && pass "$1 ($2)" || fail "$1" "got $2, expected at most $3"; }
tables=results/gain-cell/tables
below "authors' 300 points: rms, % of span" "$(column 'simulated_rms_of_span_percent' $tables/fit_cell_reference.csv all)" 0.3
below "at V_in 0.9 V: rms, % of span" "$(column 'simulated_rms_of_span_percent' $tables/fit_cell_reference.csv '0.9 V')" 0.35
same "all 300 are compared" 300 "$(column n $tables/fit_cell_reference.csv all)"
below "the model on points that no fit saw: rms, % of full scale" "$(column 'rms_of_full_scale_percent' $tables/fit_cell_errors.csv 'chosen,')" 0.15
check "and order 3 beside it is worse" awk -v a="$(column rms_A $tables/fit_cell_errors.csv 'chosen,')" -v b="$(column rms_A $tables/fit_cell_errors.csv '"order 3')" \
    'BEGIN { exit !(a > 0 && b > 3 * a) }'
below "retention, tt 27 °C: distance from 5 ms in ms" "$(column tau_s $tables/retention.csv tt,27 | awk '{ d = 1e3 * $1 - 5; print d < 0 ? -d : d }')" 0.5
same "27 points in all" "0 points simulated, 27 were stored, 0 failed" "$("$GAINSPICE" simulate gain-cell.xml 2>err.txt)"
same "nothing is simulated again, nor is it said" "" "$(cat err.txt)"

# Progress: a bar on a terminal, lines in a log, nothing with --quiet.
"$GAINSPICE" simulate --results again gain-cell.xml >/dev/null 2>log.txt
check "a log gets whole lines" grep -q '^simulated 27 of 27 points, [0-9.]* a second, 0 s left$' log.txt
if command -v script >/dev/null; then
    script -qec "$GAINSPICE simulate --results third gain-cell.xml" typescript >/dev/null 2>&1
    check "a terminal gets a bar" grep -q '\[##############################\] 27/27' typescript
else
    skip "a terminal gets a bar" "script(1) is not here"
fi
"$GAINSPICE" simulate -q --results fourth gain-cell.xml >/dev/null 2>quiet.txt
same "--quiet is quiet" "" "$(cat quiet.txt)"
finish
