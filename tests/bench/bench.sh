# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/bench.sh -- what gainspice costs beside libngspice alone, measured side by side; `make bench` calls it.
#
#     BENCH_POINTS=1000    points of the transient
#     BENCH_ROUNDS=3       rounds; every round runs every contender once, so that all meet the same load of the machine
#     BENCH_MEMORY=2000    points over which the memory of a worker is watched
#
# Figures are medians over the rounds. $TOP_BUILDDIR has the programs, $TOP_SRCDIR the sources.

points=${BENCH_POINTS:-1000}
rounds=${BENCH_ROUNDS:-3}
memory_points=${BENCH_MEMORY:-2000}
gainspice=$TOP_BUILDDIR/src/gainspice
bench=$TOP_BUILDDIR/tests/bench
work=$(mktemp -d "${TMPDIR:-/tmp}/gainspice-bench.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cp -r "$TOP_SRCDIR/tests/bench/templates" "$work" && cd "$work" || exit 1
export HOME="$work" LC_ALL=C TZ=UTC

die() { echo "bench: $*" >&2; exit 1; }

# transient POINTS: a write into the gain cell, 289 points of time, for so many levels.
transient() {
    cat <<X
<design xmlns="urn:gainspice:design:1" name="tran">
    <technology name="g28"/>
    <cell name="gc" template="gain_cell_6t_rail"/>
    <bench name="write" cell="gc">
        <sweep name="v_write" port="wbl" from="0.013V" to="0.887V" points="$1"/>
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
}
# divider N: N times 100 operating points with nearly nothing to simulate.
divider() {
    cat <<X
<design xmlns="urn:gainspice:design:1" name="op">
    <technology name="g28"/>
    <cell name="d" template="divider"/>
    <bench name="op" cell="d">
        <sweep name="r" parameter="r" from="1kOhm" to="9kOhm" points="$1"/>
        <sweep name="v" port="top" from="0.1V" to="0.9V" points="100"/>
        <open port="mid"/>
        <op/>
        <measure name="v_mid" kind="value" of="v(mid)"/>
    </bench>
</design>
X
}

now_ns() { date +%s%N; }
# timed NAME COMMAND…: appends the seconds of the command to times.NAME.
timed() {
    name=$1; shift
    began=$(now_ns)
    "$@" >out.log 2>&1 || { cat out.log >&2; die "$name failed"; }
    ended=$(now_ns)
    echo "$began $ended" | awk '{printf "%.6f\n", ($2 - $1) * 1e-9}' >>"times.$name"
}
median() { sort -g "times.$1" | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
spread() { sort -g "times.$1" | awk 'NR == 1 {a = $1} {b = $1} END {printf "%.3g to %.3g s", a, b}'; }
calc() { awk "BEGIN {printf \"%.${2:-3}g\", $1}"; }
row() { printf '%-58s %12s  %s\n' "$1" "$2" "$3"; }

simulate() { rm -rf "results.$1"; "$gainspice" simulate -q -j "$1" tran.xml --results "results.$1"; }
batch() { head -n "$batch_points" decks.list | while read -r deck; do ngspice -b -r batch.raw "$deck" || exit 1; done; }

transient "$points" >tran.xml
divider 100 >op.xml
"$gainspice" netlist tran.xml -o decks >/dev/null || die "no decks"
ls decks/*.cir >decks.list
batch_points=$(( points < 100 ? points : 100 ))

round=1
while [ "$round" -le "$rounds" ]; do
    timed two simulate 2
    timed default xargs -a decks.list -x "$bench/loop_defaults"
    timed one simulate 1
    timed single xargs -a decks.list -x "$bench/loop_defaults" -c "set num_threads=1"
    if command -v ngspice >/dev/null; then timed batch batch; fi
    rm -rf results.op
    timed fresh "$gainspice" simulate -q -j 2 op.xml --results results.op
    timed cached "$gainspice" simulate -q -j 2 op.xml --results results.op
    round=$((round + 1))
done

grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: //'
echo "$(getconf _NPROCESSORS_ONLN) cores, load $(cut -d ' ' -f 1-3 /proc/loadavg) at the end, $("$gainspice" --version | sed -n 2p), $(date -u +%Y-%m-%d)"
echo "$points points of 289 points of time, medians of $rounds alternating rounds"
echo
two=$(median two); one=$(median one); default=$(median default); single=$(median single)
row "gainspice simulate -j 2" "$(calc "$points/$two") /s" "$(spread two)"
row "gainspice simulate -j 1" "$(calc "$points/$one") /s" "$(spread one)"
row "loop on libngspice, its defaults" "$(calc "$points/$default") /s" "$(spread default)"
row "loop on libngspice, num_threads=1" "$(calc "$points/$single") /s" "$(spread single)"
if [ -e times.batch ]; then
    row "ngspice -b a point ($batch_points points)" "$(calc "$batch_points/$(median batch)") /s" "$(spread batch)"
fi
row "  -j 2 against the loop with defaults" "$(calc "$default/$two") x"
row "  -j 2 against the loop with num_threads=1" "$(calc "$single/$two") x"
row "  -j 1 against the loop with num_threads=1" "$(calc "$single/$one") x"
if [ -e times.batch ]; then
    row "  -j 2 against ngspice -b" "$(calc "$(median batch)/$batch_points*$points/$two") x"
else
    row "  -j 2 against ngspice -b" "skipped" "ngspice is not installed"
fi
row "  strong scaling, 1 to 2 workers" "$(calc "$one/$two") x"
row "10,000 operating points of two resistors, -j 2" "$(median fresh) s" "$(spread fresh)"
row "the same again, all in the store" "$(median cached) s" "$(spread cached)"

# --- a worker's memory: the resident size of the last child, from its second second to its end --------------------------------
transient "$memory_points" >memory.xml
"$gainspice" simulate -q -j 1 memory.xml --results results.memory >out.log 2>&1 &
parent=$!
while kill -0 "$parent" 2>/dev/null; do
    child=$(cat "/proc/$parent/task/$parent/children" 2>/dev/null)
    for c in $child; do
        awk -v pid="$c" '/^VmRSS/ {print pid, $2}' "/proc/$c/status" 2>/dev/null
    done
    sleep 0.25
done >rss.log
wait "$parent" || die "the run for memory failed"
row "a worker's resident size, $memory_points points" "$(
    awk '$1 != pid {pid = $1; n = 0} {n++; if (n == 4) first = $2; if (n >= 4) last = $2}
         END {if (first == "") print "too quick"; else printf "%+.2f MB", (last - first) / 1024}' rss.log)" \
    "$(awk 'END {printf "%.1f MB at the end", $2 / 1024}' rss.log); from its second second"

# --- a worker's instructions ---------------------------------------------------------------------------------------------------
if command -v valgrind >/dev/null; then
    transient 25 >few.xml
    cat >worker <<X
#!/bin/sh
exec valgrind -q --tool=callgrind --collect-atstart=no --toggle-collect=worker_main --toggle-collect=ngspice_start \
    --callgrind-out-file=$work/worker.%p --log-file=/dev/null $gainspice "\$@"
X
    chmod +x worker
    BENCH_WORKER=$work/worker "$bench/bench_run" few.xml results.few 1 >out.log 2>&1 || { cat out.log >&2; die "callgrind failed"; }
    largest=$(ls -S worker.* | head -n 1)
    callgrind_annotate --auto=no --inclusive=yes --threshold=100 "$largest" | tr -d , | awk '
        /PROGRAM TOTALS/ {total = $1}
        /:(ngSpice_Circ|ngSpice_Command|ngGet_Vec_Info|ngSpice_AllVecs|ngSpice_AllPlots) / {inside += $1}
        END {printf "%.2f %.3f\n", 100 * (total - inside) / total, total / 25e6}' >share
    row "a worker's instructions outside libngspice" "$(cut -d ' ' -f 1 share) %" "$(cut -d ' ' -f 2 share) million a point"
    rm -rf results.op
    export BENCH_WORKER="$gainspice"
    for state in fresh cached; do
        valgrind -q --tool=callgrind --callgrind-out-file="parent.$state" "$bench/bench_run" op.xml results.op 2 >out.log 2>&1 || die "callgrind failed"
        row "instructions of the planning process, 10,000 points $state" "$(awk '/^(summary|totals):/ {n = $2} END {printf "%.3g G", n * 1e-9}' "parent.$state")"
    done
else
    row "a worker's instructions outside libngspice" "skipped" "valgrind is not installed"
fi
