#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Data sheets of the reference cell give the numbers that benches written by hand give, and no check of theirs fails.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cp "$TOP_SRCDIR/tests/characterise/same.xml" . || exit 99
"$GAINSPICE" run same.xml -q --results out >/dev/null 2>err.txt; same "it runs and meets its limits" "0 " "$? $(cat err.txt)"

# entry SHEET ENTRY AT: the value of a row.
entry() { grep -v '^#' "out/tables/$1.csv" | grep "^$2,\"*$3\"*," | sed 's/"[^"]*"/x/' | cut -d, -f3; }
# hand TABLE COLUMN [ROW]: the number of a table of the bench.
hand() { grep -v '^#' "out/tables/hand-$1.csv" | awk -F, -v name="$2" -v row="${3:-1}" \
    'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } NR == row + 1 { print $c }'; }
# near NAME A B RELATIVE
near() {
    if awk -v a="$2" -v b="$3" -v r="$4" 'BEGIN { if (a == "" || b == "") exit 1; d = a - b; if (d < 0) d = -d; s = b < 0 ? -b : b; exit !(d <= r * s) }'
    then pass "$1: $2 and $3"; else fail "$1" "$2 and $3 differ by more than $4"; fi
}
near "current at 0 V" "$(entry read i_read 'v_store 0 V')" "$(hand transfer i_read_A 1)" 1e-4
near "current at 0.9 V" "$(entry read i_read 'v_store 900 mV')" "$(hand transfer i_read_A 3)" 1e-4
near "charge of a floating read" "$(entry read q_read 'v_store 900 mV')" "$(hand floating q_read_C)" 1e-3
near "feed-through" "$(awk -v s="$(entry read shift 'v_store 900 mV')" 'BEGIN { print 0.9 + s }')" "$(hand floating v_pulse_V)" 1e-3
near "error of a write" "$(entry write error 'v_write 450 mV, v_before 0 V')" "$(hand write error_V)" 1e-2
near "time constant" "$(entry leak tau 'v_store 900 mV, v_line 450 mV')" "$(hand retention tau_s)" 1e-3
near "loss under traffic" "$(awk -v a="$(entry disturb disturb 'v_store 450 mV, data 0 V')" -v b="$(entry disturb drift 'v_store 450 mV')" \
    'BEGIN { print a + b }')" "$(hand traffic rate_V_s)" 1e-2
same "no check fails" "" "$(grep -h 'FAILS\|no number' out/tables/read.csv out/tables/leak.csv out/tables/write.csv out/tables/disturb.csv)"
same "limits on entries pass" 2 "$(grep -c ',pass$' out/tables/specs.csv)"
check "and say where" grep -q 'leak.tau,s,.*"v_store 900 mV, v_line 450 mV, tt, 27 °C, vdd 0.9 V",pass' out/tables/specs.csv

sed 's/min="4.5ms"/min="5.5ms"/' same.xml >tight.xml
status "a limit on an entry that is not met" 1 "a limit is not met: see out/tables/specs.csv" "$GAINSPICE" run tight.xml -q --results out
sed 's/v_store 900 mV, v_line/v_store 901 mV, v_line/' same.xml >nowhere.xml
status "a place that there is not" 1 "a limit is not met: see out/tables/specs.csv" "$GAINSPICE" run nowhere.xml -q --results out
check "is said" grep -q 'FAIL (there is no such place)' out/tables/specs.csv
sed 's/leak.tau/leak.time/' same.xml >entry.xml
status "an entry that there is not" 2 'entry.xml:71: measure of spec: "time": data sheet leak has no such entry, expected one of: tau, t_half_lsb, i_leak, i_channel, i_gate, i_junction, i_gidl, c_store' \
    "$GAINSPICE" check entry.xml
sed 's/min="4.5ms"/min="4.5mV"/' same.xml >unit.xml
status "a limit of another unit" 2 'unit.xml:71: spec: leak.tau is in s, its limits are in V' "$GAINSPICE" check unit.xml
finish
