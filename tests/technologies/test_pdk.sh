#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Technologies through the whole program. The same transistor described in five forms gives the same currents; the real kits
# below GAINSPICE_PDK_ROOT, where it is set, give the currents that are known of them.
pdk=${GAINSPICE_PDK_ROOT:-} # tap.sh scrubs it
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
here=$TOP_SRCDIR/tests/technologies
cp -r "$here/templates" .

# table DESIGN BENCH: the bench simulated, the rows of its first table without comments and header.
table() {
    "$GAINSPICE" simulate "$1.xml" --bench "$2" --quiet --results "$1" >"$1.$2.txt" 2>&1 || sed 's/^/# /' "$1.$2.txt" >&2
    "$GAINSPICE" table "$1.xml" --bench "$2" --results "$1" --format csv 2>>"$1.$2.txt" | awk 'NF == 0 { exit } { print }' | grep -v '^#' | tail -n +2
}
# close NAME TOLERANCE FLOOR ROWS ROWS: last columns differ by less than TOLERANCE of their value, or than FLOOR.
close() {
    printf '%s\n' "$4" | sed 's/.*,//' >a; printf '%s\n' "$5" | sed 's/.*,//' >b
    got=$(paste a b | awk -v t="$2" -v f="$3" 'function abs(x) { return x < 0 ? -x : x }
        NF != 2 || (abs($1 - $2) > t * abs($1) && abs($1 - $2) > f) { print "row " NR ": " $0 }')
    same "$1" "" "$got"
}

# A current is an answer down to abstol, 1e-14 A, a voltage down to vntol, 1e-7 V.
form() { sed "s/technology name=\"plain\"/technology name=\"$1\"/; s/name=\"forms\"/name=\"$1\"/" "$here/forms.xml" >"$1.xml"; }
form plain
for bench in i_n i_p junction inverter; do table plain $bench >plain.$bench; done
same "the plain form: rows" "36 36 3 21" "$(for b in i_n i_p junction inverter; do wc -l <plain.$b; done | xargs)"
close "the plain NMOS, as every ngspice has it" 1e-6 0 4.0600992e-4 "$(sed -n 12p plain.i_n)"
for f in included libcorner wrapped binned; do
    form $f
    close "$f: NMOS as plain" 1e-9 1e-14 "$(cat plain.i_n)" "$(table $f i_n)"
    close "$f: PMOS as plain" 1e-9 1e-14 "$(cat plain.i_p)" "$(table $f i_p)"
    close "$f: junction as plain" 1e-9 0 "$(cat plain.junction)" "$(table $f junction)"
    close "$f: inverter as plain" 1e-9 1e-7 "$(cat plain.inverter)" "$(table $f inverter)"
done

# Another bin is another transistor: 0.05 V more |Vt| beyond L = 0.5 um, 0.1 V beyond W = 2 um. The plain form has its knob for
# that (in tt: it is the corners' knob too).
for size in "long 0.83um 0.7um 0.05" "wide 2.9um 0.13um 0.1" "both 2.9um 0.7um 0.15"; do
    set -- $size
    for f in plain binned; do
        sed "s/\"0.83um\"/\"$2\"/; s/\"0.13um\"/\"$3\"/; s/design:1\" name=\"$f\"/design:1\" name=\"${f}_$1\"/
            s/tt ss ff/tt/" $f.xml >${f}_$1.xml
    done
    sed -i "s,<technology name=\"plain\"/>,<technology name=\"plain\"><set name=\"dvt\" value=\"$4\"/></technology>," plain_$1.xml
    close "binned: $1" 1e-9 1e-14 "$(table plain_$1 i_n)" "$(table binned_$1 i_n)"
done

# Mismatch. A wrapped device takes its shift at the gate: its cards as a golden deck, and its effect. In these cards, whose
# mobility does not depend on the field, delvto moves the current as a shift at the gate does.
for f in plain wrapped; do
    sed "s/design:1\" name=\"$f\"/design:1\" name=\"mc_$f\"/; s,<corner values=\"tt ss ff\"/>,<corner values=\"tt\"/>,
        s,</axes>,<monte-carlo samples=\"3\" seed=\"11\"/></axes>," $f.xml >mc_$f.xml
    table mc_$f i_n >mc_$f.rows
done
"$GAINSPICE" netlist mc_wrapped.xml --bench inverter -o decks >/dev/null 2>netlist.err || cat netlist.err
sed "s,$(pwd -P),FOLDER,; s,$(pwd),FOLDER," decks/*s2* >got.cir
same "the deck of wrapped devices with mismatch" "$(cat "$here/wrapped.cir")" "$(cat got.cir)"
nominal=$(sed -n 12p plain.i_n | sed 's/.*,//')
for f in plain wrapped; do
    grep ',1.2,1.2,' mc_$f.rows | sed 's/.*,//' | awk -v i="$nominal" '{ print $1 - i }' >mc_$f.change
    same "mismatch: three samples, none nominal: $f" 3 "$(awk '$1 * $1 > 1e-22 { n++ } END { print n }' mc_$f.change)"
done
close "mismatch: a gate source shifts as delvto does" 1e-3 0 "$(cat mc_plain.change)" "$(cat mc_wrapped.change)"

# The MOS array gives the typical currents of its datasheet between 5 V and 10 V (3 %: they have two digits), and in ss the
# smallest of 5 V. On it, the cell of the breadboard keeps its limits and empties with R C (its C has the pins' and gates' too).
cp "$here/cd4007.xml" . && cp "$TOP_SRCDIR/netlists/gain-cell-breadboard.xml" .
for point in "n5 1e-3 0.51e-3" "n10 2.6e-3" "p5 -1e-3 -0.51e-3" "p5_half -3.2e-3" "p10 -2.6e-3"; do
    set -- $point
    table cd4007 $1 >rows
    close "cd4007: $1 of the datasheet" 0.03 0 "$2" "$(grep '^tt' rows)"
    if [ $# = 3 ]; then close "cd4007: $1, smallest" 0.03 0 "$3" "$(grep '^ss' rows)"; fi
done
# At 15 V the makers' typical values are 6.8 and 8.8 mA; the model lies above both, by as much as doc/breadboard.md says.
for point in "n15 8.8e-3 9.55e-3" "p15 -8.8e-3 -9.70e-3"; do
    set -- $point
    table cd4007 $1 >rows
    close "cd4007: $1 near the greater typical value" 0.12 0 "$2" "$(grep '^tt' rows)"
    close "cd4007: $1 as the page says" 0.002 0 "$3" "$(grep '^tt' rows)"
done
check "the breadboard cell runs and keeps its limits" "$GAINSPICE" run gain-cell-breadboard.xml --quiet
grep '^tt' results/gain-cell-breadboard/tables/retention.csv >rows
close "its retention is R C" 0.01 0 "$(printf '10.02\n100.2\n1002\n')" "$(cat rows)"

# Compiled models that are not there are missed by name, before anything runs.
"$GAINSPICE" check "$here/ihp.xml" >/dev/null 2>ihp.err
code=$?
osdi=$TOP_SRCDIR/templates/technologies/ihp-sg13g2/technology.xml:8:
same "a kit needs its folder" \
    "2 $osdi osdi: lies in the PDK; expected its folder in the environment variable GAINSPICE_PDK_ROOT" "$code $(cat ihp.err)"
# An ngspice without OSDI is told so; with it, this one misses machine code in a file of four bytes.
kit=$work/kit/ihp-sg13g2/libs.tech/ngspice
mkdir -p "$kit/osdi" "$kit/models" && printf '\177ELF' >"$kit/osdi/psp103_nqs.osdi" && cp "$here/ihp.xml" .
for f in lv hv; do
    for c in tt ff ss fs sf; do printf '.lib mos_%s\n.param %s_%s=1\n.endl\n' $c $f $c; done >"$kit/models/cornerMOS$f.lib"
done
GAINSPICE_PDK_ROOT=$work/kit "$GAINSPICE" simulate ihp.xml --quiet >ihp.txt 2>ihp.err
case $("$GAINSPICE" doctor 2>/dev/null | sed -n 's/^OSDI *\([a-z]*\).*/\1/p') in
no) same "compiled models without OSDI" \
    "$osdi technology \"ihp-sg13g2\": ngspice 39 loads no compiled models (OSDI), expected ngspice 43 or later" "$(cat ihp.err)" ;;
*) check "compiled models that are none" grep -q "Error opening osdi lib .*psp103_nqs.osdi" ihp.txt ihp.err ;;
esac

# The real kits. LENGTH, SUPPLY, corners, the NMOS's current at full supply in tt, W = 1 um.
kit() {
    name=$1
    if [ -z "$pdk" ]; then skip "$name" "GAINSPICE_PDK_ROOT is not set"; return; fi
    if [ ! -d "$pdk/$name" ]; then skip "$name" "GAINSPICE_PDK_ROOT has no folder $name"; return; fi
    GAINSPICE_PDK_ROOT=$pdk; export GAINSPICE_PDK_ROOT
    sed "s/NAME/$name/g; s/LENGTH/$2/; s/SUPPLY/$3/g" "$here/kit.xml" >$name.xml
    table $name on_n | grep -v ',0,[^,]*$' >on_n
    close "$name: NMOS at full supply" 0.01 0 "$4" "$(grep '^tt' on_n)"
    same "$name: ss < tt < ff of the NMOS" "ss tt ff" "$(sort -t, -g -k 4 on_n | sed 's/,.*//' | xargs)"
    table $name on_p | grep ',0,[^,]*$' >on_p
    close "$name: PMOS at full supply" 0.01 0 "$5" "$(grep '^tt' on_p)"
    same "$name: ss < tt < ff of the PMOS" "ff tt ss" "$(sort -t, -g -k 4 on_p | sed 's/,.*//' | xargs)"
    table $name inverter >inverter
    same "$name: the inverter inverts in every corner" "3" "$(awk -F, -v v="${3%V}" '$3 < 0.01 * v && $4 > 0.99 * v' inverter | wc -l | xargs)"
    table $name mismatch >mismatch
    same "$name: three samples differ" 3 "$(sed 's/.*,//' mismatch | sort -u | wc -l | xargs)"
    unset GAINSPICE_PDK_ROOT
}
kit gf180mcu 280nm 3.3V 520e-6 -248.1e-6
kit freepdk45 50nm 1V 979.2e-6 -653.1e-6
kit sky130 150nm 1.8V 501e-6 -200.7e-6
finish
