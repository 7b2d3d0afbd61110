#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A run that is not exact: its tables say what was compared, and they are the same bytes with one worker and two, after kills, and when
# another part of the design was simulated before; exact has nothing of it.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cp "$TOP_SRCDIR/tests/cli/small.xml" .
published() { (cd "$1" && find . -type f ! -name '*.sqlite*' | sort | xargs sha256sum); }

check "a run" "$GAINSPICE" run small.xml --quiet -j 1 --accuracy balanced --results one
reference=$(published one)
check "there is a table of accuracy" test -s one/tables/accuracy.csv
same "each bench has its verdict" "transfer passed write passed" "$(grep -v '^#' one/tables/accuracy.csv | awk -F , 'NR > 1 {print $1, $3}' | sort -u | tr '\n' ' ' | sed 's/ $//')"
same "a table says how far it is from exact" 1 "$(grep -c '^# accuracy balanced, up to 7 points a deck; largest difference from exact at 5 points: v_written ' one/tables/write.csv)"
check "two workers" "$GAINSPICE" run small.xml --quiet -j 2 --accuracy balanced --results two
same "two workers leave the same files" "$reference" "$(published two)"

for pause in 0.1 0.2 0.3 0.45; do
    "$GAINSPICE" run small.xml --quiet -j 2 --accuracy balanced --results three >/dev/null 2>&1 &
    pid=$!
    sleep $pause
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
done
check "after four kill -9" "$GAINSPICE" run small.xml --quiet -j 2 --accuracy balanced --results three
same "a killed run ends with the same files" "$reference" "$(published three)"

check "one bench first" "$GAINSPICE" simulate small.xml --bench write --accuracy balanced --results four
check "exact into the same store" "$GAINSPICE" simulate small.xml --results four
check "then all" "$GAINSPICE" run small.xml --quiet --accuracy balanced --results four
same "what was there before changes nothing" "$reference" "$(published four)"
"$GAINSPICE" run small.xml --accuracy balanced --results four >second.txt 2>second.err
same "a second run simulates nothing" "" "$(cat second.err)"

out=$("$GAINSPICE" check small.xml --accuracy fast --results none)
same "check says what shares a deck" 2 "$(echo "$out" | grep -c '^bench .*: accuracy fast, up to [0-9]* points a deck; to be compared with exact first$')"
check "exact" "$GAINSPICE" run small.xml --quiet --results exact
same "exact has no accuracy" "" "$(grep -l accuracy exact/tables/*.csv)"
finish
