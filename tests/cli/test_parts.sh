#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An array in parts beside the same array as one circuit: the same tables, nearly the same numbers, whoever runs the parts.
#
# Charges of this array are up to 11 fC a column and 34 fC in all, its bit lines leave 0.45 V by up to 2 mV, its word lines by up to
# 15. Without load columns (benches of groups) Σ|Δq| would be 0.40 fC and the bit lines 15 uV off; with them 0.084 fC and 3.4 uV
# were measured. The limits are a third of what would be without.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
design=$TOP_SRCDIR/tests/netlist/parts.xml

"$GAINSPICE" simulate -q -j 2 "$design" --results two >said.txt
same "the array and its parts are simulated" "5 points simulated, 0 were stored, 0 failed" "$(head -n 1 said.txt)"
# The third bench is in parts too, as balanced: the whole array is its proof, and is kept with what the parts differ by.
proof=$(sed -n 's/^bench proven: //p' said.txt)
check "parts are proven against the whole, charges within 0.06 fC" \
    expr "$proof" : 'accuracy balanced; largest difference from exact at 1 points: q [0-5][0-9]*\.*[0-9]* aC '
same "and the tables say so" "# $proof" "$("$GAINSPICE" table "$design" --bench proven --results two --format csv | grep -m 1 '^# accuracy')"
check "and by one worker" "$GAINSPICE" simulate -q -j 1 "$design" --results one
numbers() { "$GAINSPICE" table "$design" --bench "$2" --format csv --results "$1"; }
numbers one parts >one.csv
numbers two parts >two.csv
check "tables do not depend on the number of workers" cmp one.csv two.csv
numbers two whole | grep -v '^#' >whole.txt
grep -v '^#' two.csv >parts.txt
shape() { awk -F, '{ print NF, ($1 == "corner" ? $0 : NF > 3 ? $3 : "") }' "$1"; }
same "the same tables and rows" "$(shape whole.txt)" "$(shape parts.txt)"
# differences COLUMN: of the table that has it the rows, the sum and the largest of the differences.
differences() {
    paste -d , whole.txt parts.txt | awk -F, -v want="$1" '{ half = NF / 2 }
        $1 == "corner" { at = 0; for (i = 1; i <= half; i++) if ($i == want) at = i; next }
        at && NF > 2 { d = $at - $(half + at); if (d < 0) d = -d; sum += d; if (d > worst) worst = d; n++ }
        END { printf "%d %.3g %.3g\n", n, sum, worst }'
}
# near NAME COLUMN ROWS SUM LARGEST
near() {
    found=$(differences "$2")
    echo "# $2: $found"
    check "$1" awk -v found="$found" -v rows="$3" -v sum="$4" -v largest="$5" \
        'BEGIN { split(found, f, " "); exit !(f[1] == rows && f[2] < sum && f[3] < largest) }'
}
near "charges of the columns" q_C 7 0.13e-15 0.06e-15
near "far ends of the bit lines" v_far_V 7 15e-6 5e-6
near "storage nodes" v_last_V 7 100e-6 50e-6
near "the end of a word line" v_end_V 1 0.5e-3 0.5e-3
near "what the word lines give, of the first part" q_wlp_C 3 1e-15 0.4e-15
"$GAINSPICE" report "$design" --results two >/dev/null
figures() { grep -o "$1: v([a-z]*\[[0-9,]*\])" two/report.html | sort -u | wc -l | tr -d ' '; }
same "waves of all parts" "$(figures whole)" "$(figures parts)"
same "a wave a column, and one of a word line" 8 "$(figures parts)"
finish
