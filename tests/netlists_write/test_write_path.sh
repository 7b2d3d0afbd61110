#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The write path and the pulse-width inputs: each design meets its limits, and what limits cannot say of several columns or rows.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
for d in dac write-path pwm; do
    cp "$TOP_SRCDIR/netlists/$d.xml" .
    check "$d runs and meets its limits" "$GAINSPICE" run -q "$d.xml"
done

# columns FILE NAME…: these columns of a table, one row a line.
columns() {
    file=$1; shift
    awk -F, -v names="$*" '/^#/ { next } !n { n = split(names, name, " "); for (i = 1; i <= NF; i++) at[$i] = i; next }
        { line = ""; for (i = 1; i <= n; i++) line = line (i > 1 ? " " : "") $at[name[i]]; print line }' "$file"
}
# holds NAME FILE "COLUMNS" AWK-PROGRAM: the program prints one number of rows and exits 0.
holds() {
    what=$1; file=$2; names=$3; program=$4
    if out=$(columns "$file" $names | awk "$program"); then pass "$what ($out)"; else fail "$what" "$out"; fi
}
dac=results/dac/tables write=results/write-path/tables pwm=results/pwm/tables

# DNL: the difference of two neighbours' INL, 1 V a step, in each of 15 conditions and 100 samples.
dnl='$2 > 0 { d = $3 - last; if (d < 0) d = -d; if (d > worst) worst = d; n++ } { last = $3 }
    END { printf "%d steps, worst %.6f LSB", n, worst; exit !(n == expected && worst > 0 && worst <= 0.0025) }'
holds "DNL in corners and temperatures" $dac/linearity.csv "corner code_V inl_V" "BEGIN { expected = 15 * 7 } $dnl"
holds "DNL with mismatch" $dac/mismatch.csv "sample code_V inl_V" "BEGIN { expected = 100 * 7 } $dnl"
# The current of the string is 0.9 V / (7 * 1.5 kOhm) = 85.71 uA, known without a simulator; leakage adds under 1 %.
holds "current of the string at 27 degrees, tt" $dac/linearity.csv "corner temperature_C i_string_A" \
    '$1 == "tt" && $2 == 27 { n++; if ($3 < 85.71e-6 || $3 > 86.5e-6) bad++ } END { printf "%d codes", n; exit !(n == 8 && !bad) }'

# Column 1's write moves what column 0 holds by less than a quarter of a millivolt, and by something.
holds "disturb of the first column by the second" $write/write.csv "e00_V e00_after_V e10_V e10_after_V" \
    '{ a = $2 - $1; b = $4 - $3; if (a < 0) a = -a; if (b < 0) b = -b; if (a > w) w = a; if (b > w) w = b; n++ }
    END { printf "%d codes, worst %.1f uV", n, 1e6 * w; exit !(n == 8 && w > 1e-6 && w < 0.25e-3) }'
# The circuit is symmetric in its rows: the diagonal's cells end alike.
holds "cells of one code end alike" $write/write.csv "e00_V e11_V" \
    '{ d = $1 - $2; if (d < 0) d = -d; if (d > w) w = d; n++ }
    END { printf "%d codes, worst %.2f uV", n, 1e6 * w; exit !(n == 8 && w < 5e-6) }'

# Linearity of the 15 widths: the best straight line through them leaves less than 3 ps, and its slope is 1 ns.
names=$(i=1; while [ $i -le 15 ]; do printf 'width_%d_s ' $i; i=$((i + 1)); done)
holds "pulse widths lie on a line" $pwm/codes.csv "$names" \
    '{ for (i = 1; i <= 15; i++) { sx += i; sy += $i; sxx += i * i; sxy += i * $i }
       b = (15 * sxy - sx * sy) / (15 * sxx - sx * sx); a = (sy - b * sx) / 15
       for (i = 1; i <= 15; i++) { d = $i - a - b * i; if (d < 0) d = -d; if (d > w) w = d } }
    END { printf "offset %.2f ps, slope %.6f ns, worst %.2f ps", 1e12 * a, 1e9 * b, 1e12 * w
        exit !(w < 3e-12 && b > 0.9995e-9 && b < 1.0005e-9 && a < 10e-12) }'
holds "rows of different codes start together" $pwm/codes.csv "start_1_s start_15_s" \
    '{ d = $1 - $2; if (d < 0) d = -d } END { printf "%.3f ps", 1e12 * d; exit !(NR == 1 && $1 > 3e-9 && d < 1e-12) }'

# A figure that moves is found: half the string's resistance doubles its current. The linearity bench alone tells.
awk '/<bench name=/ { skip = !/"linearity"/ } !skip && !/measure="(mismatch|mismatch_step|step|park)\./ { print } /<\/bench>/ { skip = 0 }' dac.xml |
    sed 's|"dac_linearity_bench"/>|"dac_linearity_bench"><set name="r" value="750Ohm"/></cell>|' >moved.xml
"$GAINSPICE" run -q --results=moved moved.xml >moved.txt 2>&1; same "another resistor: exit 1" 1 $?
sed 's|"750Ohm"|"1.5kOhm"|' moved.xml >same.xml
check "the same resistor: exit 0" "$GAINSPICE" run -q --results=same same.xml
finish
