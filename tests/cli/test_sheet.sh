#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Data sheets through the verbs: the same bytes with one worker, with two and after a kill; the report, one sheet alone.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cat >sheet.xml <<'END'
<design xmlns="urn:gainspice:design:1" name="sheet">
    <technology name="g28"/>
    <cell name="gc" template="gain_cell_6t_rail"/>
    <characterise name="read" cell="gc" kind="transfer">
        <set name="levels" value="3"/>
        <axes><monte-carlo samples="3" seed="7"/></axes>
    </characterise>
</design>
END
tables() { (cd "$1" && cat tables/*.csv report.html | cksum); }

check "a data sheet with two workers" "$GAINSPICE" run sheet.xml -q -j 2 --results two
check "and with one" "$GAINSPICE" run sheet.xml -q -j 1 --results one
same "are the same bytes" "$(tables two)" "$(tables one)"
"$GAINSPICE" simulate sheet.xml -q -j 2 --results killed & pid=$!
tries=0
while [ $tries -lt 100 ] && ! [ -s killed/run.sqlite-wal ]; do sleep 0.05; tries=$((tries + 1)); done
kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null
check "a run after a kill" "$GAINSPICE" run sheet.xml -q -j 2 --results killed
same "gives them too" "$(tables two)" "$(tables killed)"

same "one row an entry and place, not a sample" 3 "$(grep -c '^i_read,' one/tables/read.csv)"
same "with the samples counted" "3" "$(grep -v '^#' one/tables/read.csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "samples") c = i }
    $1 == "full_scale" { print $c }')"
check "the report has the sheet" grep -q 'Data sheet read' one/report.html
check "the measures lie beside it" test -s one/tables/read_on.csv
same "the report has not their tables" 0 "$(grep -c 'read_on of gc' one/report.html)"
same "table --sheet is the published table" "$(cat one/tables/read.csv)" "$("$GAINSPICE" table sheet.xml --results one --sheet read -f csv)"
same "table prints it without being asked" "$(cat one/tables/read.csv)" "$("$GAINSPICE" table sheet.xml --results one -f csv)"
same "table --bench prints measures" "$(cat one/tables/read_on.csv)" "$("$GAINSPICE" table sheet.xml --results one --bench read_on -f csv)"
status "no such sheet" 2 'sheet.xml: data sheet "leak": there is none, expected one of read' "$GAINSPICE" table sheet.xml --results one --sheet leak
status "both" 2 'table: --bench and --sheet are both given, expected one of them' "$GAINSPICE" table sheet.xml --results one --sheet read --bench read_on
"$GAINSPICE" netlist sheet.xml --bench read_on --origins -o - >decks.txt 2>&1
check "its decks name the element" grep -q 'sheet.xml:4' decks.txt
finish
