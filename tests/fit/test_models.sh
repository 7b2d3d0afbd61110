#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The reference cell by several families, through the program: what doc/models.md says of it.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cp "$TOP_SRCDIR/netlists/gain-cell-models.xml" "$TOP_SRCDIR/netlists/gain-cell-authors.csv" .
check "it simulates" "$GAINSPICE" simulate -q gain-cell-models.xml
check "it fits, forced" "$GAINSPICE" fit -q --name forced -o forced.json gain-cell-models.xml
"$GAINSPICE" fit -q gain-cell-models.xml >forced.txt 2>err.txt

# percent ROW FIELD: of the errors' table, the first row that starts with ROW; fields are counted from the end: 0 worst %, 2 rms %.
percent() { awk -v row="$1" -v field="$2" 'index($0, row) == 1 { print $(NF - field); exit }' forced.txt; }
below() { awk -v x="$2" -v limit="$3" 'BEGIN { exit !(x != "" && x + 0 == x && x >= 0 && x <= limit) }' && pass "$1 ($2)" || fail "$1" "got $2, expected at most $3"; }
above() { awk -v x="$2" -v limit="$3" 'BEGIN { exit !(x != "" && x + 0 == x && x >= limit) }' && pass "$1 ($2)" || fail "$1" "got $2, expected at least $3"; }
same "2,550 points that no fit saw judge it" "2550" "$(awk '/^chosen/ { print $6; exit }' forced.txt)"
below "best family, held out, rms: % of full scale" "$(percent chosen 2)" 0.1
below "best family, held out, worst: % of full scale" "$(percent chosen 0)" 0.4
above "order 3 beside it is worse: rms" "$(percent 'order 3, as the paper' 2)" 1
same "every family is judged" "bspline ekv polynomial " "$(awk '/^Family/ { exit } /^(chosen|not chosen)/ { print $1 == "not" ? $3 : $2 }' forced.txt | sort -u | tr '\n' ' ')"
same "three levels of v_bl were left out and judged" 3 "$(grep -c '^v_bl 0\.[45]5* V *20' forced.txt)"
same "and five other conditions" 5 "$(grep -c '^[a-z]* [0-9]* °C ' forced.txt)"
same "the spline keeps the direction along the bit line in its file" 1 "$(grep -c '"of": "bl", "monotone": "rising"' forced.json)"
check "a second fit is read from the store" "$GAINSPICE" fit -q --name forced -o again.json gain-cell-models.xml
check "and is the same" cmp forced.json again.json
check "the floating node's model stands beside it" grep -q '^v_bl 0.45 V *[0-9]* ' forced.txt
status "a family that is not known" 2 "bad.xml:47: fit \"forced\": family \"spline\" is not known, expected one of polynomial, bspline, ekv, ekv-n, ekv-p, exponential, hardsigmoid" \
    sh -c 'sed "s/polynomial ekv bspline/polynomial spline/" gain-cell-models.xml >bad.xml; "$GAINSPICE" check bad.xml'
finish
