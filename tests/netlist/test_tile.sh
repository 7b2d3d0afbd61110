#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The tile: what no limit of one measure can say. φ's pulses against the charges of the K array alone, the codes of the columns
# against the sums of single cells' charges. Then a small assembly with ideal blocks, where charge over current is known.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
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

# Levels of the cells of V, as "row column level" in units of the eighth level, from its deck: .ic cards or, of a large tile, switches.
levels_of_v() {
    awk '{ sub(/\r$/, "") }
        /^v__level_/ { sub(/^v__level_/, "", $1); volt[$1] = $4 }
        /^\.ic v\(v\.sn_/ { split($0, part, /[_)=]+/); print part[2], part[3], int(part[4] / 0.9 * 7 + 0.5) }
        /^s_v\.sn_/ { split($2, part, "_"); sub(/^_level_/, "", $3); place[++n] = part[2] " " part[3]; level[n] = $3 }
        END { for (k = 1; k <= n; k++) print place[k], int(volt[level[k]] / 0.9 * 7 + 0.5) }' "$1"
}

# check_tile DESIGN SIZE AMPERE ZERO CLIPPED RAW: φ against the charges of K alone over the discharge current, as they are (RAW ns) and with the
# one gain and offset of the columns between the ends, and at least so many columns without pulse and clipped; codes against the
# sums of single cells' charges, 15 for 0.6 pC.
check_tile() {
    name=$(basename "$1" .xml)
    check "$name runs, limits met" "$GAINSPICE" run -q --timeout=20000 "$1"
    { rows "$name" keys q_C; echo; rows "$name" token_v_wlp phi_area_V_s; } | awk -v ampere="$3" '
        function clip(t) { return t < 0 ? 0 : t > 15 ? 15 : t }
        function abs(d) { return d < 0 ? -d : d }
        NF == 0 { second = 1; next }
        !second { x[n++] = $1 / ampere * 1e9; next }
        { y[m] = $1 / 0.45 * 1e9; t = clip(x[m]); d = abs(y[m] - t); if (d > raw) raw = d; none += t == 0; full += t == 15
          if (t > 0 && t < 15) { k++; sx += t; sy += y[m]; sxx += t * t; sxy += t * y[m] }
          m++ }
        END { gain = (k * sxy - sx * sy) / (k * sxx - sx * sx); offset = (sy - gain * sx) / k
          for (i = 0; i < m; i++) { d = abs(y[i] - (x[i] > 0 && x[i] < 15 ? clip(gain * x[i] + offset) : clip(x[i]))); if (d > worst) worst = d; square += d * d }
          printf "%d %d %d %.4g %.4g %.4g %.4g %.4g\n", m, none, full, raw, gain, offset, worst, sqrt(square / m) }' >phi.txt
    echo "# columns, without pulse, clipped; worst deviation in ns; gain and offset in ns; worst and rms after them: $(cat phi.txt)"
    check "φ of $2 columns is the clipped charge within $6 ns; at least $4 are zero, $5 clipped" \
        awk -v n="$2" -v zero="$4" -v clipped="$5" -v raw="$6" '{ exit !($1 == n && $2 >= zero && $3 >= clipped && $4 < raw) }' phi.txt
    check "and within 0.2 ns, 0.1 ns rms, after one gain near 1 and one offset" \
        awk '{ exit !($5 > 0.9 && $5 < 1.1 && $6 > -0.3 && $6 < 0.3 && $7 < 0.2 && $8 < 0.1) }' phi.txt
    "$GAINSPICE" netlist "$1" --bench token -o "decks-$name" >/dev/null
    {
        rows "$name" level q_C; echo
        rows "$name" token_v_wlp phi_area_V_s; echo
        rows "$name" token_out_mag code; echo
        rows "$name" token_out_sign sign_V; echo
        levels_of_v "decks-$name/token.tt.27C.cir"
    } | awk -v size="$2" 'NF == 0 { part++; n = 0; next }
        part < 4 { x[part + 0, n++] = $1; next }
        { sum[$2] += x[1, $1] / 0.45 / 15e-9 * x[0, $3]; cells++ }
        END { for (j = 0; j < size; j++) { s = 15 * sum[j] / 0.6e-12; want = s < 0 ? int(0.5 - s) : int(s + 0.5); if (want > 15) want = 15
            d = x[2, j] - want; off += d != 0; if (d < 0) d = -d; if (d > worst) worst = d
            wrong += want > 0 && (s > 0) != (x[3, j] > 0.45); printf "# column %d: %.2f, %s%d\n", j, s, (x[3, j] > 0.45 ? "+" : "-"), x[2, j] }
            printf "%d %d %d %d\n", cells, wrong, worst, off }' >codes.txt
    grep '^#' codes.txt
    echo "# cells, wrong signs, worst difference, columns that differ: $(grep -v '^#' codes.txt)"
    check "codes of $2 columns are at most one off the sum of the cells' charges, signs right" \
        awk -v cells="$(($2 * $2))" '!/^#/ { exit !($1 == cells && $2 == 0 && $3 <= 1) }' codes.txt
}

check_tile "$TOP_SRCDIR/netlists/tile-8x8.xml" 8 40e-6 2 1 0.5
# A column of 64 cells has a gain of 0.95, 0.75 ns at the clip. The whole tile takes half an hour of CPU: TILE_64=yes make check TESTS=tests/netlist/test_tile.sh
[ -z "${TILE_64-}" ] || check_tile "$TOP_SRCDIR/netlists/tile-64x64.xml" 64 80e-6 1 0 0.75
finish
