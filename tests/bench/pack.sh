# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/pack.sh -- what 64 cells in one deck would bring against 64 decks; `make bench-pack` calls it.
#
# The cells share stimuli and points of time and differ in the level written, so one transient could serve them all. Devices
# that do not move between iterations are skipped with `.options bypass=1`, which matters where many cells are at rest.

cells=${BENCH_CELLS:-64}
rounds=${BENCH_ROUNDS:-5}
loop=$TOP_BUILDDIR/tests/bench/loop_defaults
work=$(mktemp -d "${TMPDIR:-/tmp}/gainspice-pack.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
export HOME="$work" LC_ALL=C TZ=UTC

cat >cells.xml <<X
<design xmlns="urn:gainspice:design:1" name="cells">
    <technology name="g28"/>
    <cell name="gc" template="gain_cell_6t_rail"/>
    <bench name="write" cell="gc">
        <sweep name="v_write" port="wbl" from="0.013V" to="0.887V" points="$cells"/>
        <hold port="bl" value="0.45V"/>
        <hold pair="wlr" value="0.45V"/>
        <pulse port="we" low="0V" high="0.9V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <pulse port="web" low="0.9V" high="0V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <initial node="sn" value="0V"/>
        <tran step="27ps" stop="6ns" max-step="27ps"/>
        <measure name="v_written" kind="value" of="v(sn)" at="6ns"/>
    </bench>
</design>
X
"$TOP_BUILDDIR/src/gainspice" netlist cells.xml -o decks >/dev/null || exit 1
ls decks/*.cir >list
first=$(head -n 1 list)

# Of the first deck: a cell and a write bit line for each level; everything else is shared.
{
    xargs cat <list | awk '/^v_wbl / {print $4}' >levels
    awk 'FNR == NR {level[++n] = $1; next}
         /^x_dut / {for (i = 1; i <= n; i++) {t = $0; sub(/^x_dut sn wbl /, "x_dut" i " sn" i " wbl" i " ", t); print t}; next}
         /^v_wbl / {for (i = 1; i <= n; i++) print "v_wbl" i " wbl" i " 0 " level[i]; next}
         /^\.ic /  {for (i = 1; i <= n; i++) print ".ic v(sn" i ")=0"; next}
         /^\.save / {for (i = 1; i <= n; i++) print ".save v(sn" i ")"; next}
         {print}' levels "$first"
} >packed.cir
sed 's/^\.options /.options bypass=1 /' packed.cir >bypass.cir
sed 's/^\.options /.options klu /' packed.cir >klu.cir
for deck in $(cat list); do sed 's/^\.options /.options bypass=1 /' "$deck" >"single.$(basename "$deck")"; done
ls single.*.cir >list.bypass

once() { name=$1; shift; "$loop" -c "set num_threads=1" -c "set no_mem_check" "$@" | tail -n 1 | awk '{print $2, $3}' >>"times.$name"; }
round=1
while [ "$round" -le "$rounds" ]; do
    once decks $(cat list)
    once packed packed.cir
    once decks_bypass $(cat list.bypass)
    once packed_bypass bypass.cir
    once packed_klu klu.cir
    round=$((round + 1))
done
base=$(sort -g times.decks | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}')
for name in decks packed decks_bypass packed_bypass packed_klu; do
    sort -g "times.$name" | awk -v name="$name" -v base="$base" -v cells="$cells" '{v[NR] = $1; n = $2}
        END {m = v[int((NR + 1) / 2)]; printf "%-14s %3d cells %8.1f ms  %5.2f x  (%.1f to %.1f ms, %d points of time)\n", name, cells, 1e3 * m, base / m, 1e3 * v[1], 1e3 * v[NR], n}'
done
