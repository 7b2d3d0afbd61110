#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The charge-to-pulse block: its nominal bench whole, and of its corners the four at the ends of speed and temperature with three
# charges. The whole design runs by `gainspice run netlists/c2p-hardsigmoid.xml` (some minutes).
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
without() { # the design with the benches NAME... left out
    awk -v out="$1" 'BEGIN { split(out, names, " "); for (i in names) drop[names[i]] = 1 }
        match($0, /<bench name="[a-z_]*"/) { name = substr($0, RSTART + 13, RLENGTH - 14); skip = name in drop }
        !skip && !(/<spec measure="/ && gone($0)) { print }
        /<\/bench>/ { skip = 0 }
        function gone(line,   n) { n = line; sub(/.*measure="/, "", n); sub(/\..*/, "", n); return n in drop }' "$2"
}
design=$TOP_SRCDIR/netlists/c2p-hardsigmoid.xml
without "pulse corners mismatch asleep" "$design" >nominal.xml
check "the nominal bench alone is a design" "$GAINSPICE" check nominal.xml
check "nominal: within 0.1 ns and 5 pJ at every charge" "$GAINSPICE" run -q nominal.xml
same "both limits are judged" 2 "$(grep -c ',pass$' results/c2p-hardsigmoid/tables/specs.csv)"
same "over 26 charges" 26 "$(grep -c '^tt,27,' results/c2p-hardsigmoid/tables/nominal.csv)"

without "nominal pulse mismatch asleep" "$design" |
    sed '/<bench name="corners"/,/<\/bench>/ { s/<sweep name="q" \(.*\) values="[^"]*"/<sweep name="q" \1 values="0 0.05 1.2"/
        s/<corner values="[^"]*"/<corner values="ff ss"/; s/<temperature values="[^"]*"/<temperature values="-40°C 85°C"/ }' >ends.xml
check "corners: within 0.35 ns at the ends" "$GAINSPICE" run -q --results ends ends.xml
same "over 12 points" 12 "$(grep -cE '^(ff|ss),(-40|85),' ends/tables/corners.csv)"

# The bench of the trip repeats devices of the block: their cards are the same but for nodes that hold a level there.
sizes() { awk -v name="$1" '$1 == name { line = ""; for (i = 2; i <= NF; i++) if ($i ~ /[=.{]/ || $i ~ /^(inverter|inverter_lvt|transmission_gate)$/) line = line " " $i; print line }' "$TOP_SRCDIR/templates/circuits/$2.cir"; }
for element in xamp mph cf xsr mgd mps mpc mpx mpo mpg caz mkp mkn mkd mzn mzp xc2; do
    same "$element is the block's" "$(sizes $element c2p_hardsigmoid)" "$(sizes $element c2p_trip_bench)"
    check "$element has sizes" test -n "$(sizes $element c2p_trip_bench)"
done
defaults() { grep -E "^\*: param +$1 " "$TOP_SRCDIR/templates/circuits/$2.cir" | awk '{ print $4 }'; }
for parameter in c_f w_an w_ap l_a w_h w_r w_u l_u w_c l_c w_x l_x c_az w_z w_k l_k; do
    same "$parameter is the block's" "$(defaults $parameter c2p_hardsigmoid)" "$(defaults $parameter c2p_trip_bench)"
done
# Of its jitter: 14.7 ps, within what a change of the last digit of a model would do.
sed 's/<characterise name="pulse".*//; s/<corner values="[^"]*"/<corner values="tt"/; s/<temperature values="[^"]*"/<temperature values="27°C"/' \
    "$TOP_SRCDIR/netlists/c2p-sheet.xml" >jitter.xml
check "the jitter's data sheet" "$GAINSPICE" run -q --results jitter jitter.xml
same "no check fails" 0 "$(grep -c FAILS jitter/tables/jitter.csv)"
check "14.5 to 14.9 ps rms" awk -F, '$1 == "jitter" { found = $3 > 14.5e-12 && $3 < 14.9e-12 } END { exit !found }' jitter/tables/jitter.csv
finish
