#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The designs of the memory cells: each runs with its limits met, and what no limit of one measure can say is looked at in the
# tables: what traffic costs beyond a parked line, that leakage does not hang on gmin, that charge is kept, that currents and
# voltages agree on a leak. Then the device that a technology brings.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
designs="gain-cell-disturb gain-cell-enable gain-cell-floating gain-cell-oxide-2t gain-cell-oxide-3t memory-reram memory-pcm memory-ferro"
for design in $designs; do
    check "$design runs, limits met" "$GAINSPICE" run "$TOP_SRCDIR/netlists/$design.xml" --quiet
    check "$design has its report" test -s "results/$design/report.html"
    same "$design: every limit is judged" "$(grep -c '<spec ' "$TOP_SRCDIR/netlists/$design.xml")" \
        "$(grep -c ',pass$' "results/$design/tables/specs.csv")"
done

rows() { grep -v '^#' "results/$1/tables/$2.csv" | tail -n +2; }
# column DESIGN BENCH NUMBER
column() { rows "$1" "$2" | cut -d, -f"$3"; }
# holds NAME EXPRESSION [STATEMENTS]: an awk expression on numbers is true, after statements that set its names.
holds() { if awk "BEGIN { ${3-}; exit !($2) }"; then pass "$1"; else fail "$1" "${3-}: $2"; fi; }

# Traffic: the largest of |rate with data - rate with a parked line| over levels and data, V/s.
excess() {
    for data in low high; do
        rows gain-cell-disturb "$1_$data" | cut -d, -f3,4 >data.txt
        rows gain-cell-disturb "$1_parked" | cut -d, -f4 | paste -d, data.txt -
    done | awk -F, '{ d = $2 - $3; if (d < 0) d = -d; if (d > worst) worst = d } END { printf "%.6g", worst }'
}
holds "the reference loses more than 1 mV/us to traffic" "$(excess ref) > 1000"
holds "a longer gate and 50 mV in hold: less than 0.05 mV/us" "$(excess lvl) < 50"
holds "a gate of high threshold: less than 0.01 mV/us" "$(excess hvt) < 10"
for f in ref lvl hvt; do
    a=$(column gain-cell-disturb ${f}_retention_high 3) b=$(column gain-cell-disturb ${f}_retention_high_gmin 3)
    holds "$f: a tenth of gmin moves retention by less than 1 %" "($a - $b)^2 < (0.01 * $a)^2"
    # Direct leak and capacitance against the transient, at 0.6 V with 0 V on the line for 5 of 65 ns: dV/dt = -I/C.
    c=$(column gain-cell-disturb ${f}_capacitance 3)
    low=$(rows gain-cell-disturb ${f}_leak | awk -F, '$3 == 0 && $4 > 0.599 && $4 < 0.601 { print $5 }')
    parked=$(rows gain-cell-disturb ${f}_leak | awk -F, '$3 == 0.45 && $4 > 0.599 && $4 < 0.601 { print $5 }')
    rate=$(rows gain-cell-disturb ${f}_low | awk -F, '$3 == 0.6 { print $4 }')
    holds "$f: leak and capacitance give the rate within 5 %" \
        "(($low * 5 + $parked * 60) / 65 / c / -($rate) - 1)^2 < 0.05^2" "c = $c / 6.283185307e6"
done

# The sum of the charges through all ports, against that of the bit line.
for part in half whole; do
    worst=$(rows gain-cell-floating balance_$part |
        awk -F, '{ s = 0; for (i = 4; i <= 11; i++) s += $i; r = s / $4; if (r < 0) r = -r; if (r > w) w = r } END { print w + 0 }')
    holds "charge is kept in a $part read" "$worst < 0.001"
done
# What leaves through ground in half a read from 0 V is what the storage capacitor took, but for a tenth: junctions.
holds "the storage capacitor's charge is in the balance" \
    "$(rows gain-cell-floating balance_half | awk -F, '$3 == 0 { printf "(%s + 5e-15 * (%s - %s))^2 < (0.1 * 5e-15 * (%s - %s))^2", $11, $13, $12, $13, $12 }')"

for t in 2t 3t; do
    holds "$t: a tenth of gmin moves retention by less than 1 %" \
        "(a - b)^2 < (0.01 * a)^2" "a = $(column gain-cell-oxide-$t retention_high 3); b = $(column gain-cell-oxide-$t retention_high_gmin 3)"
    leak=$(rows gain-cell-oxide-$t leak | awk -F, '$3 == 0.9 { print $4 }')
    holds "$t: leak and capacitance give the loss of two days within 3 %" \
        "(($leak * 2e5 / c) / (0.9 - $(column gain-cell-oxide-$t retention_high 5)) - 1)^2 < 0.03^2" "c = $(column gain-cell-oxide-$t capacitance 3) / 6.283185307e6"
    holds "$t: three orders longer than 5 ms, with the worst data for ever" "$(column gain-cell-oxide-$t disturbed 3) > 5"
done

# Known answers of the memories: the sinh between 1 and 200 uS at 0.1 V, 5 decades of drift.
holds "drift: 1e5^-0.05 of the element's conductance" \
    "$(rows memory-pcm drift | awk -F, '{ g[NR] = $4 / $5 } END { printf "(%.12g / %.12g / exp(-0.05 * log(1e5)) - 1)^2 < 1e-10", g[2], g[1] }')"
holds "sinh: current of 1 uS at 0.3 V" \
    "$(rows memory-reram ends | awk -F, 'NR == 1 { x = $6 / 0.25; printf "(%.12g / (1e-6 * 0.25 * (exp(%.12g) - exp(-%.12g)) / 2) - 1)^2 < 1e-10", $5, x, x }')"

# A technology's own device stands once in a deck, whole; a deck without it does not carry it.
"$GAINSPICE" netlist "$TOP_SRCDIR/netlists/gain-cell-oxide-2t.xml" -o decks >/dev/null
deck="decks/write.tt.27C.v_write=0.45.v_before=0.9.cir"
same "the oxide device is defined once" 1 "$(grep -c '^\.subckt nfet_os d g s b w=' "$deck")"
same "and used as a subcircuit" 1 "$(grep -c '^xmw sn we wbl vss nfet_os ' "$deck")"
same "the swept initial voltage is the point's" ".ic v(sn)=0.9" "$(grep '^\.ic' "$deck")"
"$GAINSPICE" netlist "$TOP_SRCDIR/netlists/gain-cell-floating.xml" -o silicon >/dev/null
same "a silicon deck does not carry it" 0 "$(cat silicon/* | grep -c nfet_os)"
finish
