#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gainspice wave from the command line: no design, pipes, messages and exit statuses; the arithmetic is checked in tests/wave.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
data=$TOP_SRCDIR/tests/wave/data
wave() { "$GAINSPICE" wave "$@"; }
cp "$data/ngspice-tran.raw" tran.raw
same "list" "plot 0  Transient Analysis  real  30 points, time from 0 to 2e-09
    time                     time
    v(out)                   voltage" "$(wave list tran.raw)"
check "an operating point beside a spectrum" sh -c "'$GAINSPICE' wave list '$data/ngspice-ac-op.raw' | grep -q '^plot 1  Operating Point'"

# A round through every form comes back as it was.
wave convert tran.raw -f csv >a.csv
wave convert - -f raw <a.csv >b.raw
wave convert b.raw -o c.npz
wave convert c.npz -f ascii -o d.raw
wave convert d.raw -o e.csv
check "raw, CSV, raw, npz, ascii, CSV: the same bytes" cmp a.csv e.csv
wave convert "$data/ngspice-ac-op.raw" -p 0 -o ac.npz
wave convert ac.npz >ac.csv
check "complex vectors too" sh -c "'$GAINSPICE' wave convert -p 0 '$data/ngspice-ac-op.raw' | cmp - ac.csv"
check "real variables of a VCD" sh -c "'$GAINSPICE' wave convert tran.raw -f vcd | '$GAINSPICE' wave list - | grep -q 'v(out) *digital'"
wave convert tran.raw -f vcd --level 0.3V >d.vcd
same "wires of a VCD, as CSV" "time,v(out)
0,0
1.361653e-09,0
1.361653e-09,1
2e-09,1" "$(wave convert d.vcd -f csv)"
same "a pipe at both ends" 31 "$(cat tran.raw | wave convert - | wc -l | tr -d ' ')"
check "a reader that has seen enough" sh -c "'$GAINSPICE' wave convert tran.raw | head -n 1"

# Computed vectors.
same "difference and integral" "time,d,q
0,0.1,0
1,-0.9,0.5
2,-1.9,2" "$(printf 'time,a,b\n0,0,.1\n1,1,.1\n2,2,.1\n' | wave convert - -e 'd=b-a' -e 'q=integral(a)' -v d -v q)"
same "resampled" "time,a
0,0
0.5,0.5
1,1" "$(printf 'time,a\n0,0\n1,1\n' | wave convert - --resample 3)"
same "crossings" "x,edge
0.25,rise
2.5,fall" "$(printf 'time,a\n0,0\n1,2\n2,1\n3,0\n' | wave crossing - a --level 0.5)"
same "crossings of a formula, one way" "x,edge
2.5,fall" "$(printf 'time,a\n0,0\n1,2\n2,1\n3,0\n' | wave crossing - '2*a' --level 1 --edge fall)"

# Comparison.
printf 'time,v(a),v(b)\n0,0,1\n1,1,1\n2,2,1\n' >good.csv
printf 'time,v(a),v(b)\n0,0,1\n0.5,0.5,1\n2,2,1\n' >finer.csv
printf 'time,v(a),v(b)\n0,0,1\n1,1,1.1\n2,2,1\n' >other.csv
check "another grid is no difference" "$GAINSPICE" wave compare good.csv finer.csv -a 1nV
said=$(wave compare good.csv other.csv -a 50mV 2>err.txt); same "a difference: exit" 1 $?
same "a difference: what" "ok    v(a)  no deviation
FAIL  v(b)  fails from 500 ms; worst 2 tolerances at 1 s: 1.1 V, expected 1 V, tolerance 50 mV
2 compared, 1 differ" "$(printf '%s\n' "$said" | sed 's/;.*least.*//')"
same "a difference: last word" "1 of 2 vectors differ" "$(cat err.txt)"
check "of the other vector" "$GAINSPICE" wave compare good.csv other.csv -a 50mV -v 'v(a)'
check "the integral rule" "$GAINSPICE" wave compare good.csv other.csv -r integral -a 100mV
said=$(wave compare good.csv other.csv -r integral -a 50mV 2>&1); same "the integral rule fails" 1 $?
printf 'time,v(a)\n0,0\n1.02,1\n2,2\n' >late.csv
check "events" "$GAINSPICE" wave compare good.csv late.csv -v 'v(a)' -r events --level 0.5V -t 20ms
said=$(wave compare good.csv late.csv -v 'v(a)' -r events --level 0.5V -t 5ms 2>&1); same "events fail" 1 $?
check "a tube" "$GAINSPICE" wave compare good.csv late.csv -v 'v(a)' -a 1nV -t 30ms
said=$(wave compare good.csv late.csv -a 1V 2>&1); same "a vector that is missing: exit" 1 $?
check "a vector that is missing is named" sh -c "printf '%s' '$said' | grep -q '^FAIL  v(b)  the test has no vector of that name'"
check "spectra against themselves" "$GAINSPICE" wave compare "$data/ngspice-ac-op.raw" "$data/ngspice-ac-op-ascii.raw" --relative 1e-9
same "by magnitude and phase, and the operating point" 6 "$(wave compare "$data/ngspice-ac-op.raw" "$data/ngspice-ac-op-ascii.raw" --relative 1e-9 | grep -c '^ok')"
check "noise in dB" "$GAINSPICE" wave compare "$data/ngspice-noise-ascii.raw" "$data/ngspice-noise-ascii.raw" -p 0 --decibel -a 0.01
wave compare good.csv other.csv -a 50mV --json --junit j.xml --html h.html >j.json 2>err.txt
check "JSON" grep -q '"n_failed": 1' j.json
check "JUnit" grep -q '<testsuites name="other.csv" tests="2" failures="1"' j.xml
check "a page with figures" grep -q '<svg' h.html
check "TAP" sh -c "'$GAINSPICE' wave compare good.csv other.csv -a 50mV --tap 2>err.txt | grep -q '^not ok 2 - wave: v(b)'"

# Bad input: one sentence with file and place, exit 2.
head -c 400 tran.raw >cut.raw
status "a file that is cut" 2 "cut.raw: byte 232: 30 points of 2 variables do not fit in the 168 bytes that are left" "$GAINSPICE" wave list cut.raw
status "no file" 2 'file "none.raw": cannot be opened: No such file or directory' "$GAINSPICE" wave list none.raw
printf 'time,a\n0,x\n' >bad.csv
status "no number" 2 'bad.csv:2: byte 9: "x": expected a number' "$GAINSPICE" wave compare good.csv bad.csv
status "from a pipe" 2 'standard input:2: byte 9: "x": expected a number' sh -c "'$GAINSPICE' wave list - <bad.csv"
status "an empty file" 2 '/dev/null:0: byte 0: no line of fields' "$GAINSPICE" wave list /dev/null
status "no action" 2 'wave: no action, expected list, convert, crossing or compare' "$GAINSPICE" wave
status "another action" 2 'wave "lst": expected list, convert, crossing or compare; gainspice wave --help tells more' "$GAINSPICE" wave lst
status "a formula" 2 'formula "v(z)": character 1: expected a vector, there is no "v(z)" among time, v(a), v(b)' "$GAINSPICE" wave convert good.csv -e 'd=v(z)'
status "a vector" 2 '--vector "z": there is none of that name; gainspice wave list tells which there are' "$GAINSPICE" wave convert good.csv -v z
status "a plot" 2 'good.csv: --plot 1: there are plots 0 to 0' "$GAINSPICE" wave convert good.csv -p 1
status "a format" 2 '--format "xml": expected raw, ascii, csv, vcd or npz' "$GAINSPICE" wave convert good.csv -f xml
status "npz to stdout" 2 '--format npz: a file is needed: -o FILE.npz' "$GAINSPICE" wave convert good.csv -f npz
status "two plots of two kinds" 2 "2 plots of different kinds (\"AC Analysis\" and \"Operating Point\"): one table holds one, expected --plot with a number from 0 to 1" \
    "$GAINSPICE" wave convert "$data/ngspice-ac-op.raw"
status "a rule" 2 '--rule "exact": expected band, integral or events' "$GAINSPICE" wave compare good.csv good.csv -r exact
status "a share" 2 '--relative "2": expected a share from 0 to below 1, such as 0.1%' "$GAINSPICE" wave compare good.csv good.csv --relative 2
status "stdin twice" 2 'wave compare: both files are standard input' "$GAINSPICE" wave compare - -
"$GAINSPICE" wave convert good.csv >/dev/full 2>err.txt; same "a full standard output" 2 $?
for action in '' list convert crossing compare; do
    check "--help of wave $action" sh -c "'$GAINSPICE' wave $action --help | grep -q '^Usage:'"
done
finish
