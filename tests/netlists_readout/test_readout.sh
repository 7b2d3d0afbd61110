#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The ideal charge-to-pulse blocks and the signed read-out: what they must show, and that the designs notice when it moves.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
netlists=$TOP_SRCDIR/netlists
circuits=$TOP_SRCDIR/templates/circuits

# rows TABLE COLUMN…: these columns of a table, without its head.
rows() {
    table=$1; shift
    awk -F, -v want="$*" '/^#/ { next } !head { n = split(want, names, " "); for (k = 1; k <= n; k++) for (i = 1; i <= NF; i++)
        if ($i == names[k]) c[k] = i; head = 1; next } { for (k = 1; k <= n; k++) printf "%s%s", $c[k], k < n ? " " : "\n" }' "$table"
}
ports() { sed -n 's/^\*: port *\([a-z0-9_]*\) *\([a-z]*\).*/\1 \2/p' "$1"; }

check "the ideal blocks keep their limits" "$GAINSPICE" run -q --results ideal "$netlists/c2p-ideal.xml"
# 0.45 V times 15 ns clip(q), and without the upper clip; 1 ps is half an edge of the comparator.
check "HardSigmoid is its definition within 1 ps at 16 charges" awk '{ t = 15e-9 * ($1 < 0 ? 0 : $1 > 1 ? 1 : $1); d = $2 / 0.45 - t
    if (d > 1e-12 || d < -1e-12) bad = 1; n++ } END { exit bad || n != 16 }' <<EOF
$(rows ideal/tables/transfer.csv q h_area_V_s)
EOF
check "ReLU is its definition within 1 ps at 16 charges" awk '{ t = 15e-9 * ($1 < 0 ? 0 : $1); d = $2 / 0.45 - t
    if (d > 1e-12 || d < -1e-12) bad = 1; n++ } END { exit bad || n != 16 }' <<EOF
$(rows ideal/tables/transfer.csv q r_area_V_s)
EOF
mkdir -p templates/circuits
sed 's/bdi vo vcm i={i_sat}/bdi vo vcm i={1.001*i_sat}/' "$circuits/c2p_ideal_relu.cir" >templates/circuits/c2p_ideal_relu.cir
cp "$netlists/c2p-ideal.xml" .
"$GAINSPICE" run -q --results moved c2p-ideal.xml >/dev/null 2>&1
same "a thousandth more current is noticed" 1 $?
rm -r templates

# The ideal blocks stand in for the transistor-level one: same ports, and its own bench finds them ideal.
for block in hardsigmoid relu; do
    same "ports of the ideal $block" "$(ports "$circuits/c2p_hardsigmoid.cir")" "$(ports "$circuits/c2p_ideal_$block.cir")"
done
mkdir -p templates/circuits
sed 's/ c2p_hardsigmoid$/ c2p_ideal_hardsigmoid/' "$circuits/c2p_channel.cir" >templates/circuits/c2p_channel.cir
awk '/<bench name="(transfer|asleep)"/ { skip = 1 } !skip && !/spec measure="transfer/ { print } /<\/bench>/ { skip = 0 }' \
    "$netlists/c2p-hardsigmoid.xml" | sed 's/name="nominal.deviation".*/&/; s/min="-0.1ns" max="0.1ns"/min="-2ps" max="2ps"/' >stand-in.xml
check "in the column's place it deviates by less than 2 ps" "$GAINSPICE" run -q --results stand-in stand-in.xml
rm -r templates

check "the signed read-out keeps its limits" "$GAINSPICE" run -q --results signed "$netlists/c2p-signed.xml"
check "its code is the ideal one at 17 charges of both signs" awk '{ want = int(15 * ($1 < 0 ? -$1 : $1) + 0.5)
    if ($2 != want || $3 != want) bad = 1; n++ } END { exit bad || n != 17 }' <<EOF
$(rows signed/tables/transfer.csv q code ideal)
EOF
sed 's|template="c2p_signed_check"/>|template="c2p_signed_check"><set name="t_c" value="21.05ns"/></cell>|' "$netlists/c2p-signed.xml" >moved.xml
"$GAINSPICE" run -q --results signed-moved moved.xml >/dev/null 2>&1
same "another trim is noticed" 1 $?
check "the signed read-out in all corners keeps its limits" "$GAINSPICE" run -q --results corners "$netlists/c2p-signed-corners.xml"
finish
