#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The hold flavours of the rail-driven cell: of netlists/gain-cell-hold.xml two corners at the two upper temperatures and the cold, slow
# write. The whole design is `gainspice run netlists/gain-cell-hold.xml` and `scripts/hold-table results/gain-cell-hold`.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
design=$TOP_SRCDIR/netlists/gain-cell-hold.xml
conditions() { # CORNERS TEMPERATURES: the axes of the design, which are its last
    awk -v corners="$1" -v temperatures="$2" '{ line[NR] = $0; if (/<corner /) c = NR; if (/<temperature /) t = NR }
        END { sub(/values="[^"]*"/, "values=\"" corners "\"", line[c]); sub(/values="[^"]*"/, "values=\"" temperatures "\"", line[t])
            for (i = 1; i <= NR; i++) print line[i] }' "$design"
}
conditions "tt fs" "27°C 85°C" >warm.xml
check "two corners, 27 and 85 degrees: limits met" "$GAINSPICE" run -q --results warm warm.xml
same "every limit is judged" "$(grep -c '<spec ' "$design")" "$(grep -c ',pass$' warm/tables/specs.csv)"
conditions ss -40°C | awk '/<bench name="/ { skip = !/_write"/ } !skip && !/<spec measure="thick_(low|high)\./ { print } /<\/bench>/ { skip = 0 }' >cold.xml
check "ss, -40 degrees: writes within 1 mV in 2 ns" "$GAINSPICE" run -q --results cold cold.xml

"$TOP_SRCDIR/scripts/hold-table" warm >hold.csv
same "four flavours in four conditions" 16 "$(grep -c '^[a-z]*,[a-z]*,[0-9]' hold.csv)"
# at FLAVOUR CORNER TEMPERATURE COLUMN
at() { awk -F, -v at="$1,$2,$3" -v want="$4" 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } $1 "," $2 "," $3 == at { print $c[want] }' hold.csv; }
holds() { if awk "BEGIN { exit !($2) }"; then pass "$1"; else fail "$1" "$2"; fi; }
worst() { awk -F, -v f="$1" -v want="$2" 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } $1 == f && $c[want] > w { w = $c[want] } END { printf "%.6g", w }' hold.csv; }
# 0.05 mV/us: the whole loss of the thick cell everywhere; what traffic adds for the others at 27 degrees, and not at 85.
holds "thick oxide: the whole loss at every level, corners, 85 degrees" "$(worst thick whole_mV_us) <= 0.05 && $(worst thick whole_mV_us) > 0.01"
holds "thick oxide: ten times the retention of the others" "$(at thick tt 27 tau_high_ms) > 45 && $(at thick tt 27 tau_low_ms) > 45"
holds "a high threshold and 60 nm: what traffic adds, corners, 85 degrees" "$(worst long traffic_mV_us) <= 0.05 && $(worst long traffic_mV_us) > 0.01"
for f in lvl hvt long; do
    holds "$f: 5 ms within a tenth" "($(at $f tt 27 tau_high_ms) / 5 - 1)^2 < 0.01 && ($(at $f tt 27 tau_low_ms) / 5 - 1)^2 < 0.01"
done
for f in lvl hvt; do
    holds "$f: what traffic adds, 27 degrees" "$(at $f tt 27 traffic_mV_us) <= 0.05 && $(at $f fs 27 traffic_mV_us) <= 0.05"
    holds "$f: 85 degrees is beyond it" "$(at $f tt 85 traffic_mV_us) > 0.05"
done

rows() { grep -v '^#' "$1" | tail -n +2; }
# The transient's rate is the direct leak over the capacitance, with a tenth of gmin: neither method makes the loss.
c=$(rows warm/tables/thick_capacitance.csv | cut -d, -f3)
leak=$(rows warm/tables/thick_leak.csv | awk -F, '$3 == 1 && $4 == 0.45 && $5 > 0.599 && $5 < 0.601 { print $6 }')
more=$(rows warm/tables/thick_leak.csv | awk -F, '$3 == 10 && $4 == 0.45 && $5 > 0.599 && $5 < 0.601 { print $6 }')
rate=$(rows warm/tables/thick_parked.csv | awk -F, '$1 == "tt" && $2 == 27 && $3 == 0.6 { print $4 }')
holds "thick oxide: leak and capacitance give the rate within 5 %" "($leak / ($c / 6.283185307e6) / -($rate) - 1)^2 < 0.05^2"
holds "thick oxide: ten times the GIDL add less than a hundredth" "($more / $leak - 1)^2 < 1e-4"

# Its current against the published one: the same forty-ninths of 0.9 V, in the same order of inputs and levels.
rows warm/tables/thick_transfer.csv | cut -d, -f3-5 | sort -t, -k1,1g -k2,2g >ours.txt
grep -v '^#' "$TOP_SRCDIR/netlists/gain-cell-authors.csv" | tail -n +2 | awk -F, '{ print $2 "," $1 "," $3 }' | sort -t, -k1,1g -k2,2g >theirs.txt
holds "thick oxide: the published current within 0.2 % rms of its span" "$(paste -d, ours.txt theirs.txt | awk -F, '
    ($1 - $4)^2 > 1e-8 || ($2 - $5)^2 > 1e-6 { bad++ } { s += ($3 - $6)^2; n++ }
    END { printf "%d == 300 && %d == 0 && %.6g < 0.002", n, bad, sqrt(s / n) / 20.12e-6 }')"
"$TOP_SRCDIR/scripts/hold-table" nowhere >/dev/null 2>&1
same "no results: exit 2" 2 $?
finish
