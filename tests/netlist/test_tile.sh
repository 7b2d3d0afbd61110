#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The tile: what no limit of one measure can say. φ's pulses against the charges of the K array alone, the codes of the columns
# against the sums of single cells' charges. Then a small assembly with ideal blocks, where charge over current is known.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
tile=$TOP_SRCDIR/netlists/tile-8x8.xml
small=$TOP_SRCDIR/tests/golden/assembly/design.xml

# rows DESIGN TABLE COLUMN…: these columns of a table, without its head.
rows() {
    table=results/$1/tables/$2.csv; shift 2
    awk -F, -v want="$*" '/^#/ { next } !head { n = split(want, names, " "); for (k = 1; k <= n; k++) for (i = 1; i <= NF; i++)
        if ($i == names[k]) c[k] = i; head = 1; next } { for (k = 1; k <= n; k++) printf "%s%s", $c[k], k < n ? " " : "\n" }' "$table"
}

check "the small assembly runs" "$GAINSPICE" run -q "$small"
# 10 uA: ns = fC / 10. The bit line leaves its 0.45 V by the wires and the 0.1 S of the reset path only.
{ rows assembly values q_C; echo; rows assembly token_v_wlp phi_area_V_s; } | awk 'NF == 0 { second = 1; next }
    !second { q[n++] = $1; next } { t = q[m + 0] / 10e-6; if (t < 0) t = 0; d = $1 / 0.45 - t; m++; if (d < 0) d = -d; if (d > worst) worst = d }
    END { printf "%d %.4g\n", m, worst * 1e12 }' >small.txt
echo "# pulses, worst deviation in ps: $(cat small.txt)"
check "two ideal pulses are charge over current within 10 ps" awk '{ exit !($1 == 2 && $2 < 10) }' small.txt

check "the tile runs, limits met" "$GAINSPICE" run -q "$tile"
{ rows tile-8x8 keys q_C; echo; rows tile-8x8 token_v_wlp phi_area_V_s; } | awk 'NF == 0 { second = 1; next }
    !second { q[n++] = $1; next } { t = q[m + 0] / 40e-6; if (t < 0) t = 0; if (t > 15e-9) t = 15e-9; d = $1 / 0.45 - t; m++
    if (d < 0) d = -d; if (d > worst) worst = d; full += t == 15e-9; none += t == 0 } END { printf "%d %d %d %.4g\n", m, none, full, worst * 1e9 }' >phi.txt
echo "# columns, of them without pulse and clipped, worst deviation in ns: $(cat phi.txt)"
check "φ of 8 columns is the clipped charge within 0.5 ns; 2 are zero, one is clipped" \
    awk '{ exit !($1 == 8 && $2 == 2 && $3 == 1 && $4 < 0.5) }' phi.txt

# Levels of the V array from the deck, pulses and codes from the tables.
"$GAINSPICE" netlist "$tile" -o decks >/dev/null
{
    rows tile-8x8 level q_C; echo
    rows tile-8x8 token_v_wlp phi_area_V_s; echo
    rows tile-8x8 token_out_mag code; echo
    rows tile-8x8 token_out_sign sign_V; echo
    sed -n 's/^\.ic v(v\.sn_\([0-9]*\)_\([0-9]*\))=/\1 \2 /p' decks/token.tt.27C.cir
} | awk 'NF == 0 { part++; n = 0; next }
    part < 4 { x[part + 0, n++] = $1; next }
    { sum[$2] += x[1, $1] / 0.45 / 15e-9 * x[0, int($3 / 0.9 * 7 + 0.5)]; cells++ }
    END { for (j = 0; j < 8; j++) { s = 15 * sum[j] / 0.6e-12; want = s < 0 ? int(0.5 - s) : int(s + 0.5); if (want > 15) want = 15
        d = x[2, j] - want; off += d != 0; if (d < 0) d = -d; if (d > worst) worst = d
        wrong += want > 0 && (s > 0) != (x[3, j] > 0.45); printf "# column %d: %.2f, %s%d\n", j, s, (x[3, j] > 0.45 ? "+" : "-"), x[2, j] }
        printf "%d %d %d %d\n", cells, wrong, worst, off }' >codes.txt
grep '^#' codes.txt
check "codes of 8 columns are at most one off the sum of 64 cells' charges, signs right" \
    awk '!/^#/ { exit !($1 == 64 && $2 == 0 && $3 <= 1) }' codes.txt
finish
