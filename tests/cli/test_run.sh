#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gainspice run: everything in order; a second run simulates nothing; runs that were killed, and runs with other worker counts,
# end with the same files, byte for byte.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cp "$TOP_SRCDIR/tests/cli/small.xml" .
published() { (cd "$1" && find . -type f ! -name '*.sqlite*' | sort | xargs sha256sum); }

mkdir one && cd one && cp ../small.xml .
check "a run" "$GAINSPICE" run small.xml --quiet -j 1
for f in report.html tables/transfer.csv tables/write.csv tables/specs.csv tables/fit_cell_errors.csv tables/attention_head.csv models/cell.json attention/head.npz; do
    check "there is $f" test -s "results/small/$f"
done
reference=$(published results/small)
same "the transfer table is whole" 273 "$(grep -cv '^#' results/small/tables/transfer.csv | awk '{print $1 - 1}')"
same "the write table is whole" 42 "$(grep -cv '^#' results/small/tables/write.csv | awk '{print $1 - 1}')"
"$GAINSPICE" run small.xml >second.txt 2>second.err
same "a second run simulates nothing" "" "$(cat second.err)"
same "a second run leaves the same files" "$reference" "$(published results/small)"
same "simulate has nothing to do" "0 points simulated, 45 were stored, 0 failed" "$("$GAINSPICE" simulate small.xml)"
rm -r results/small/tables results/small/report.html results/small/models results/small/attention
check "files that were removed come back" "$GAINSPICE" run small.xml --quiet
same "as they were" "$reference" "$(published results/small)"
cd ..

mkdir two && cd two && cp ../small.xml .
check "two workers" "$GAINSPICE" run small.xml --quiet -j 2
same "two workers leave the same files" "$reference" "$(published results/small)"
cd ..

# Kills at different moments: the store must hold whole points only, and the next run must end alike.
workers=
mkdir three && cd three && cp ../small.xml .
for pause in 0.05 0.15 0.3 0.4; do
    "$GAINSPICE" run small.xml --quiet -j 2 >/dev/null 2>&1 &
    pid=$!
    sleep $pause
    workers="$workers $(ps -o pid= --ppid $pid | tr '\n' ' ')"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
done
check "after four kill -9" "$GAINSPICE" run small.xml --quiet -j 2
same "a killed run ends with the same files" "$reference" "$(published results/small)"
left=
for worker in $workers; do # by number: others may run gainspice on this machine
    state=$(ps -o stat=,args= -p "$worker" | grep -v '^Z' | grep worker) && left="$left $worker $state"
done
check "workers were running" test -n "$(echo $workers)"
same "the workers of killed runs are gone" "" "$left"
cd ..

# A worker is killed under the program: its point is done again by another.
mkdir four && cd four && cp ../small.xml .
"$GAINSPICE" run small.xml --quiet -j 2 >/dev/null 2>err.txt &
pid=$!
killed=0
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    worker=$(ps -o pid= --ppid $pid 2>/dev/null | head -n 1)
    if [ -n "$worker" ]; then kill -9 $worker 2>/dev/null && killed=$((killed + 1)); fi
    [ $killed -ge 3 ] && break
    sleep 0.05
done
wait $pid
same "a run whose workers were killed: exit" 0 $?
check "workers were killed indeed" test $killed -ge 1
same "it leaves the same files" "$reference" "$(published results/small)"
cd ..

# Ctrl-C keeps what is done.
mkdir five && cd five && cp ../small.xml .
"$GAINSPICE" simulate small.xml --quiet -j 1 >/dev/null 2>err.txt &
pid=$!
sleep 0.3
kill -INT $pid
wait $pid
code=$?
if [ $code = 0 ]; then skip "Ctrl-C ends with 130" "the run was over before the signal"; else same "Ctrl-C ends with 130" 130 $code; fi
check "and the next run ends" "$GAINSPICE" run small.xml --quiet
same "alike" "$reference" "$(published results/small)"
cd ..

# Limits decide the exit status, and the report is written all the same.
mkdir six && cd six
sed 's/max="0.92V"/max="0.5V"/' ../small.xml >small.xml
status "a limit that is not met" 1 "a limit is not met: see results/small/tables/specs.csv" "$GAINSPICE" run small.xml --quiet
check "has a report" test -s results/small/report.html
check "and a verdict" grep -q 'FAIL' results/small/tables/specs.csv
status "a results folder that is a file" 2 "small.xml: the folder cannot be made: Not a directory" "$GAINSPICE" run small.xml --quiet --results small.xml
cd ..

# Pieces of the pipe alone.
cd one
same "table as csv is the published table" "$(cat results/small/tables/transfer.csv)" "$("$GAINSPICE" table small.xml --bench transfer --format csv)"
check "table as npz" "$GAINSPICE" table small.xml --bench transfer --format npz -o t.npz
status "npz needs a file" 2 "--format npz: a file is needed: -o FILE.npz" "$GAINSPICE" table small.xml --format npz
status "no such bench" 2 'small.xml: bench "transfr": there is none, expected one of transfer, write' "$GAINSPICE" table small.xml --bench transfr
check "fit writes a model" "$GAINSPICE" fit small.xml -o m.json
check "the model attends" sh -c "'$TOP_BUILDDIR/tests/support/make_qkv' v.npz 1 20 4 && '$GAINSPICE' attend m.json --qkv v.npz"
check "netlist writes decks" "$GAINSPICE" netlist small.xml -o decks
same "one a point" 45 "$(ls decks | wc -l)"
cd .. && mkdir seven && cd seven && cp ../small.xml .
status "a table before the run" 2 'small.xml:7: bench "transfer": 3 points are not simulated yet: gainspice simulate small.xml' "$GAINSPICE" table small.xml
check "check prints what would run" sh -c "'$GAINSPICE' check small.xml | grep -q '45 points, 45 to simulate'"
finish
