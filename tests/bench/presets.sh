# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/presets.sh -- what the presets bring, measured side by side in alternating runs; `make bench-presets` calls it.
#
#     BENCH_POINTS=1000    points: a write into the 6T cell, as in bench.sh
#     BENCH_ROUNDS=3       rounds; each runs every contender once
#
# First on one core (all pinned to it: planning and store too), then on all. At the end the largest difference of each measure from
# exact over all points, beside that over the pilots.

points=${BENCH_POINTS:-1000}
rounds=${BENCH_ROUNDS:-3}
gainspice=$TOP_BUILDDIR/src/gainspice
loop=$TOP_BUILDDIR/tests/bench/loop_defaults
work=$(mktemp -d "${TMPDIR:-/tmp}/gainspice-presets.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
export HOME="$work" LC_ALL=C TZ=UTC

cat >write.xml <<X
<design xmlns="urn:gainspice:design:1" name="write">
    <technology name="g28"/>
    <cell name="gc" template="gain_cell_6t_rail"/>
    <bench name="write" cell="gc">
        <sweep name="v_write" port="wbl" from="0.013V" to="0.887V" points="$points"/>
        <hold port="bl" value="0.45V"/>
        <hold pair="wlr" value="0.45V"/>
        <pulse port="we" low="0V" high="0.9V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <pulse port="web" low="0.9V" high="0V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <initial node="sn" value="0V"/>
        <tran step="27ps" stop="6ns" max-step="27ps"/>
        <measure name="v_written" kind="value" of="v(sn)" at="6ns"/>
        <measure name="t_settle" kind="settling" of="v(sn)" from="1ns" to="3ns" band="0.9mV"/>
    </bench>
</design>
X
"$gainspice" netlist write.xml -o decks >/dev/null || exit 1
ls decks/*.cir >list
batch_points=$((points < 100 ? points : 100))
head -n "$batch_points" list >list.batch

# timed NAME COMMAND…: seconds of the wall, of the processors.
timed() {
    name=$1; shift
    rm -rf "results.$name"
    bash -c 'TIMEFORMAT="%R %U %S"; time "$@" >out.log 2>&1' - "$@" 2>last || { cat out.log >&2; exit 1; }
    awk '{print $1, $2 + $3}' last >>"times.$name"
}
median() { sort -g "times.$1" | awk -v k="$2" '{v[NR] = $k} END {print v[int((NR + 1) / 2)]}'; }
pinned=
command -v taskset >/dev/null && pinned="taskset -c 0"

round=1
while [ "$round" -le "$rounds" ]; do
    timed loop $pinned xargs -a list -x "$loop" -c "set num_threads=1"
    timed tuned $pinned xargs -a list -x "$loop" -c "set num_threads=1" -c "set no_mem_check" -f
    for preset in exact balanced fast; do
        timed "$preset" $pinned "$gainspice" simulate -q -j 1 write.xml --accuracy "$preset" --results "results.$preset"
    done
    timed defaults xargs -a list -x "$loop"
    for preset in exact balanced fast; do
        timed "$preset-2" "$gainspice" simulate -q -j 2 write.xml --accuracy "$preset" --results "results.$preset-2"
    done
    if command -v ngspice >/dev/null; then timed batch sh -c 'while read -r deck; do ngspice -b -r batch.raw "$deck" || exit 1; done <list.batch'; fi
    round=$((round + 1))
done

grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(getconf _NPROCESSORS_ONLN) cores, load $(cut -d ' ' -f 1-3 /proc/loadavg) at the end, $("$gainspice" --version | sed -n 2p), $(date -u +%Y-%m-%d)"
echo "$points points, medians of $rounds alternating rounds; wall and CPU time a point"
row() { # NAME TITLE POINTS
    [ -e "times.$1" ] || return
    awk -v title="$2" -v n="$3" -v wall="$(median "$1" 1)" -v cpu="$(median "$1" 2)" 'BEGIN {printf "%-52s %8.3f ms %8.3f ms\n", title, 1e3 * wall / n, 1e3 * cpu / n}'
}
echo "on one core"
row loop "loop on libngspice, num_threads=1" "$points"
row tuned "the same, no_mem_check, plots and circuits freed" "$points"
for preset in exact balanced fast; do row "$preset" "gainspice simulate -j 1, $preset" "$points"; done
echo "on all cores"
row defaults "loop on libngspice, its defaults" "$points"
row batch "ngspice -b a point" "$batch_points"
for preset in exact balanced fast; do row "$preset-2" "gainspice simulate -j 2, $preset" "$points"; done
ratio() { # TITLE A N_A B
    [ -e "times.$2" ] || return
    awk -v title="$1" -v wall="$(median "$2" 1)" -v cpu="$(median "$2" 2)" -v n="$3" -v m="$points" -v own="$(median "$4" 1)" -v own_cpu="$(median "$4" 2)" \
        'BEGIN {printf "%-52s %8.2f x wall %8.2f x CPU\n", title, wall / n * m / own, cpu / n * m / own_cpu}'
}
for preset in exact balanced fast; do
    ratio "$preset -j 1 against the loop with num_threads=1" loop "$points" "$preset"
    ratio "$preset -j 1 against the same, freed" tuned "$points" "$preset"
    ratio "$preset -j 2 against the loop with its defaults" defaults "$points" "$preset-2"
    ratio "$preset -j 2 against ngspice -b a point" batch "$batch_points" "$preset-2"
done

# differences PRESET: over all points; in a run that the check lets through.
"$gainspice" table write.xml -f csv --results results.exact | grep -v '^#' >exact.csv
for preset in balanced fast; do
    sed 's|<measure name="v_written"|<options tolerance="99%"/><measure name="v_written"|' write.xml >loose.xml
    "$gainspice" simulate -q loose.xml --accuracy "$preset" --results "loose.$preset" >/dev/null
    "$gainspice" table loose.xml -f csv --accuracy "$preset" --results "loose.$preset" >preset.csv
    grep '^# accuracy' preset.csv
    grep -v '^#' preset.csv | paste -d , exact.csv - | awk -F , 'NR > 1 {
        for (k = 4; k <= 5; k++) {d = $k - $(k + 5); if (d < 0) d = -d; if (d > most[k]) most[k] = d
            if (NR == 2 || $k < low[k]) low[k] = $k; if (NR == 2 || $k > high[k]) high[k] = $k}}
        END {printf "  over all points: v_written %.3g V (%.2g %% of its span), t_settle %.3g s (%.2g %%)\n",
             most[4], 100 * most[4] / (high[4] - low[4]), most[5], 100 * most[5] / (high[5] - low[5])}'
done
