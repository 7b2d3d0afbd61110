#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A cell exchanged for its fitted model: the rails of the reference cell fitted, put together as a device, compiled, and run where the
# transistors were, alone and in an array.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
if ! "$GAINSPICE" doctor | grep -q '^OSDI       yes'; then
    skip "cells as models" "this ngspice loads no compiled models (OSDI)"
    finish
fi
bench() { cat <<EOF
    <bench name="$1" cell="gc">
        <sweep name="v_bl" port="bl" values="$2"/>
        <sweep name="v_store" port="sn" $3/>
        <sweep name="v_in" pair="wlr" $4/>
        <hold port="wbl" value="0.45V"/> <hold port="we" value="0V"/> <hold port="web" value="0.9V"/>
        <dc/>
        <measure name="i_bl" kind="value" of="i(bl)"/>
        <measure name="i_wlp" kind="value" of="i(wlp)"/>
        <measure name="i_wln" kind="value" of="i(wln)"/>
    </bench>
EOF
}
inputs='<input name="v_store" offset="0.45V"/><input name="v_in"/><input name="v_bl" offset="0.45V"/>'
{
    echo '<design xmlns="urn:gainspice:design:1" name="fit"><technology name="g28"/><cell name="gc" template="gain_cell_6t_rail"/>'
    bench grid "0.35V 0.4V 0.45V 0.5V 0.55V" 'from="0V" to="0.9V" points="31"' 'from="0.3V" to="0.9V" points="31"'
    echo '<axes><corner values="tt"/><temperature values="27°C"/></axes>'
    echo "<fit name=\"wlp\" measure=\"grid.i_wlp\" family=\"bspline\" max-order=\"8\" folds=\"3\">$inputs</fit>"
    echo "<fit name=\"wln\" measure=\"grid.i_wln\" family=\"bspline\" max-order=\"8\" folds=\"3\">$inputs</fit></design>"
} >fit.xml
check "the rails are simulated" "$GAINSPICE" simulate -q fit.xml
check "wlp is fitted" "$GAINSPICE" fit -q --name wlp -o wlp.json fit.xml
check "wln is fitted" "$GAINSPICE" fit -q --name wln -o wln.json fit.xml
# Charges: all ports ramped together from 0 V in 1 ps, each charge mirrored to a port of its own; the conduction in that time is 1e-18 C.
mkdir -p templates/circuits
cat >templates/circuits/charge.cir <<'EOF'
*: title  Charges of the read cell between 0 V and a bias
*: port   ramp input  0 to 1 V
*: port   qsn  inout  current of sn
*: port   qwlp inout  current of wlp
*: port   qwln inout  current of wln
*: port   vdd  supply
*: port   vss  ground
*: param  v_store 0V -1V 2V
*: param  v_in    0V -1V 2V
*: param  v_bl    0V -1V 2V
.subckt charge ramp qsn qwlp qwln vdd vss
xc sn wbl we web bl wlp wln vdd vss gain_cell_6t_rail
esn sn vss ramp vss {v_store}
ewlp wlp vss ramp vss {v_in}
ewln wln vss ramp vss {0.9-v_in}
ebl bl vss ramp vss {v_bl}
ewbl wbl vss vdd vss 0.5
vwe we vss 0
eweb web vss vdd vss 1
fsn qsn vss esn -1
fwlp qwlp vss ewlp -1
fwln qwln vss ewln -1
.ends charge
EOF
of='<input name="v_store" of="sn" offset="0.45V"/><input name="v_in" of="wlr" offset="0.45V"/><input name="v_bl" of="bl" offset="0.45V"/>'
{
    cat <<'EOF'
<design xmlns="urn:gainspice:design:1" name="charges"><technology name="g28"/><cell name="f" template="charge"/>
    <bench name="q" cell="f">
        <sweep name="v_store" parameter="v_store" from="-0.05V" to="0.95V" points="7"/>
        <sweep name="v_in" parameter="v_in" from="0.4V" to="0.9V" points="5"/>
        <sweep name="v_bl" parameter="v_bl" values="0.35V 0.45V 0.55V"/>
        <pulse port="ramp" low="0V" high="1V" delay="1ps" rise="1ps" fall="1ps" width="1ns"/>
        <hold port="qsn" value="0V"/> <hold port="qwlp" value="0V"/> <hold port="qwln" value="0V"/>
        <tran step="0.02ps" stop="3ps" max-step="0.02ps"/>
        <measure name="sn" kind="charge" of="i(qsn)"/> <measure name="wlp" kind="charge" of="i(qwlp)"/>
        <measure name="wln" kind="charge" of="i(qwln)"/>
    </bench>
    <axes><corner values="tt"/><temperature values="27°C"/></axes>
EOF
    for port in sn wlp wln; do
        echo "<fit name=\"q$port\" measure=\"q.$port\" family=\"polynomial\" max-order=\"4\" folds=\"3\" hold-out=\"5%\">$of</fit>"
    done
    echo '</design>'
} >charges.xml
check "the charges are simulated" "$GAINSPICE" simulate -q charges.xml
for port in sn wlp wln; do check "charge of $port is fitted" "$GAINSPICE" fit -q --name q$port -o q$port.json charges.xml; done
cat >cell.json <<'EOF'
{"format": "gainspice-device", "version": 1, "name": "cell", "vdd_V": 0.9, "ports": ["sn", "bl", "wlp", "wln", "vss"],
 "pairs": {"wlr": ["wlp", "wln"]}, "ground": "vss", "currents": {"wlp": "wlp.json", "wln": "wln.json"}, "current_return": "bl",
 "charges": {"sn": "qsn.json", "wlp": "qwlp.json", "wln": "qwln.json"}, "charge_return": "vss"}
EOF
for kind in transistors model; do
    model=; [ $kind = model ] && model=' model="cell.json"'
    {
        echo "<design xmlns=\"urn:gainspice:design:1\" name=\"$kind\"><technology name=\"g28\"/><cell name=\"gc\" template=\"gain_cell_6t_rail\"$model/>"
        cat <<'EOF'
    <array name="k" cell="gc" rows="4" columns="3" pitch-x="1um" pitch-y="1um">
        <inner port="sn"/>
        <line port="bl" along="column" edge="bottom"/>
        <line pair="wlr" along="row" edge="left" driver-resistance="10Ohm"/>
        <line port="wbl" along="row" edge="left"/> <line port="we" along="column" edge="top"/> <line port="web" along="column" edge="top"/>
    </array>
EOF
        bench other "0.42V" 'values="0.123V 0.388V 0.653V"' 'values="0.55V 0.725V 0.9V"'
        cat <<'EOF'
    <bench name="read" array="k">
        <hold port="bl" value="0.45V"/> <hold port="wbl" value="0.45V"/> <hold port="we" value="0V"/> <hold port="web" value="0.9V"/>
        <pwm pair="wlr" seed="11" levels="16" step="1ns" start="1ns" rise="50ps" fall="50ps" low="0.45V" high="0.9V"/>
        <store node="sn" levels="8" low="0V" high="0.9V" seed="7"/>
        <tran step="50ps" stop="18ns" max-step="100ps"/>
        <measure name="q" kind="charge" of="i(bl[*])"/>
    </bench>
    <axes><corner values="tt"/><temperature values="27°C"/></axes></design>
EOF
    } >$kind.xml
    check "$kind: simulated" "$GAINSPICE" simulate -q $kind.xml
    "$GAINSPICE" table --bench other --format csv $kind.xml 2>/dev/null | grep -v '^#' >$kind-other.csv
    "$GAINSPICE" table --bench read --format csv $kind.xml 2>/dev/null | grep -v '^#' >$kind-read.csv
done
same "the decks instantiate the device" 1 "$("$GAINSPICE" netlist --bench read -o - model.xml | grep -c '^n1 sn bl wlp wln vss _osdi_gc$')"
# worst FILE: largest distance of any number from the other's, of the largest number in that column.
worst() { paste -d, transistors-$1.csv model-$1.csv | awk -F, -v first="$2" 'NR == 1 { n = NF / 2; next } { for (c = first; c <= n; c++) {
    d = $c - $(c + n); if (d < 0) d = -d; if (d > off[c]) off[c] = d; m = $c < 0 ? -$c : $c; if (m > most[c]) most[c] = m } rows++ }
    END { for (c = first; c <= n; c++) if (off[c] / most[c] > w) w = off[c] / most[c]; if (rows > 0) print 100 * w }'; }
below() { awk -v x="$2" -v limit="$3" 'BEGIN { exit !(x != "" && x + 0 == x && x >= 0 && x <= limit) }' && pass "$1 ($2)" || fail "$1" "got $2, expected at most $3"; }
columns=$(head -n 1 transistors-other.csv | tr ',' '\n' | grep -n '^i_bl' | cut -d: -f1)
below "currents of bl, wlp and wln between the fitted points, % of the largest" "$(worst other "$columns")" 0.3
columns=$(head -n 1 transistors-read.csv | tr ',' '\n' | grep -n '^q' | cut -d: -f1)
below "charges of a read in an array with wires, % of the largest" "$(worst read "$columns")" 1.5
status "a port that the template lacks" 2 "bad.xml:1: model of cell gc: port \"gnd\" is not one of template gain_cell_6t_rail" \
    sh -c 'sed "s/cell.json/bad.json/" model.xml >bad.xml; sed "s/vss/gnd/g" cell.json >bad.json; "$GAINSPICE" check bad.xml'
status "a parameter of a model" 2 "bad.xml:1: set of cell gc: it is a model, which was fitted at one value of each parameter" \
    sh -c 'sed "s|model=\"cell.json\"/>|model=\"cell.json\"><set name=\"c_store\" value=\"9fF\"/></cell>|" model.xml >bad.xml; "$GAINSPICE" check bad.xml'
finish
