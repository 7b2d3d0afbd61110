#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The charge-to-pulse block with a regulated amplifier: of netlists/c2p-regulated.xml four charges at tt, 27 °C, and two at the four ends
# of speed and temperature. The whole design runs by `gainspice run netlists/c2p-regulated.xml` (some minutes).
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
design=$TOP_SRCDIR/netlists/c2p-regulated.xml
awk '/<bench name="/ { bench = $0; sub(/.*name="/, "", bench); sub(/".*/, "", bench); skip = bench == "mismatch" || bench == "shared" }
    !skip && !/<spec measure="shared/ {
        if (bench == "nominal") sub(/values="[^"]*1.5"/, "values=\"0 0.1 0.9 1.2\"")
        if (bench == "corners") { sub(/values="-0.5 0 0.01 0.1[^"]*1.2"/, "values=\"0.1 1.2\""); sub(/values="tt ss ff sf fs"/, "values=\"ss ff\""); sub(/values="27°C -40°C 85°C"/, "values=\"-40°C 85°C\"") }
        print
    } /<\/bench>/ { skip = 0; bench = "" }' "$design" >ends.xml
check "tt and the ends: limits met" "$GAINSPICE" run -q --results ends ends.xml
same "every limit is judged" "$(grep -c '<spec ' ends.xml)" "$(grep -c ',pass$' ends/tables/specs.csv)"
same "over 4 and 8 points" "4 8" "$(grep -c '^tt,27,' ends/tables/nominal.csv) $(grep -cE '^(ss|ff),(-40|85),' ends/tables/corners.csv)"
# energy TABLE: charge and energy in pJ, an eighth of the bias cell's included
energy() { awk -F, '/^#/ { next } !head { for (i = 1; i <= NF; i++) c[$i] = i; head = 1; next }
    { print $c["q"], 0.9e12 * ($c["charge_C"] + $c["charge_amplifier_C"] + $c["charge_bias_C"] / 8) }' "ends/tables/$1.csv"; }
energy nominal >tt.txt
energy corners >ends.txt
echo "# pJ at tt: $(cut -d' ' -f2 tt.txt | tr '\n' ' '); at the ends: $(cut -d' ' -f2 ends.txt | tr '\n' ' ')"
check "at most 5 pJ a conversion at tt, 27 °C" awk '$2 > 5 || $2 < 1 { bad = 1 } END { exit bad || NR != 4 }' tt.txt
check "from end to end the energy moves by less than half as much again" awk '{ if (!($1 in low) || $2 < low[$1]) low[$1] = $2; if ($2 > high[$1]) high[$1] = $2; n++ }
    END { for (q in low) if (high[q] > 1.5 * low[q]) bad = 1; exit bad || n != 8 }' ends.txt

# Behind 64 cells: one vector at tt, 27 °C, whose sum of single cells is 7.277 ns; gain and offset of doc/c2p.md make 6.96 ns of it.
awk '/<bench name="cell"/ { skip = 1 } !skip { print } /<\/bench>/ { skip = 0 }' "$TOP_SRCDIR/netlists/c2p-regulated-column.xml" |
    sed 's|values="34 35 14 5 17 38"|values="5"|; s|<corner values=.*/>|<corner values="tt"/>|; s|<temperature values=.*/>|<temperature values="27°C"/>|' >column.xml
check "a column of 64 cells runs, limits met" "$GAINSPICE" run -q --results column column.xml
check "its pulse is within 0.25 ns of gain and offset" awk -F, '/^tt/ { d = $4 / 0.45e-9 - (0.939 * 7.277 + 0.129); n++ } END { exit !(n == 1 && d * d < 0.25^2) }' column/tables/vectors.csv
finish
