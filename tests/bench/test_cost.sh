#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a point costs in instructions, counted by callgrind, so that the load of the machine does not matter: a worker's share outside
# libngspice, a point in a pack beside a point alone, and what planning a point costs beside simulating it.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
bench_run=${TOP_BUILDDIR:?}/tests/bench/bench_run
if ! command -v valgrind >/dev/null; then
    skip "what a point costs" "valgrind is not installed"
    finish
fi
# Built with sanitizers nothing runs below valgrind.
if nm "$bench_run" 2>/dev/null | grep -q __asan_init; then
    skip "what a point costs" "built with sanitizers"
    finish
fi

# write ACCURACY POINTS: the transient of tests/bench/bench.sh.
write() {
    cat <<X
<design xmlns="urn:gainspice:design:1" name="cost">
    <technology name="g28"/>
    <cell name="gc" template="gain_cell_6t_rail"/>
    <bench name="write" cell="gc">
        <sweep name="v_write" port="wbl" from="0.013V" to="0.887V" points="$2"/>
        <hold port="bl" value="0.45V"/>
        <hold pair="wlr" value="0.45V"/>
        <pulse port="we" low="0V" high="0.9V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <pulse port="web" low="0.9V" high="0V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <initial node="sn" value="0V"/>
        <tran step="27ps" stop="6ns" max-step="27ps"/>
        <options accuracy="$1" pilots="0"/>
        <measure name="v_written" kind="value" of="v(sn)" at="6ns"/>
        <measure name="t_settle" kind="settling" of="v(sn)" from="1ns" to="3ns" band="0.9mV"/>
    </bench>
</design>
X
}
cat >worker <<X
#!/bin/sh
exec valgrind -q --tool=callgrind --collect-atstart=no --toggle-collect=worker_main --toggle-collect=ngspice_start \
    --callgrind-out-file="$work/worker.\$NAME.%p" --log-file=/dev/null "$GAINSPICE" "\$@"
X
chmod +x worker

# cost NAME ACCURACY POINTS: millions of instructions of the worker a point, and the percentage outside libngspice.
cost() {
    write "$2" "$3" >"$1.xml"
    NAME=$1 BENCH_WORKER=$work/worker "$bench_run" "$1.xml" "results.$1" 1 >out.log 2>&1 || { cat out.log >&2; return 1; }
    largest=$(ls -S worker."$1".* | head -n 1)
    callgrind_annotate --auto=no --inclusive=yes --threshold=100 "$largest" | tr -d , | awk -v n="$3" '
        /PROGRAM TOTALS/ {total = $1}
        /:(ngSpice_Circ|ngSpice_Command|ngGet_Vec_Info|ngSpice_AllVecs|ngSpice_AllPlots) / {inside += $1}
        END {printf "%.2f %.3f\n", total / n * 1e-6, 100 * (total - inside) / total}' >"cost.$1"
}
check "a worker of points alone is counted" cost alone exact 8
check "a worker of a pack is counted" cost packed balanced 16
read -r alone outside_alone <cost.alone
read -r packed outside_packed <cost.packed
echo "# millions of instructions a point: $alone alone, $packed in a pack of 16; outside libngspice: $outside_alone %, $outside_packed %"
less() { awk "BEGIN {exit !($1 > 0 && $1 <= $2)}"; }
check "of a worker with points alone at most 3 % are outside libngspice" less "$outside_alone" 3
check "of a worker with packs at most 3 %" less "$outside_packed" 3
check "a point in a pack costs at most half of one alone" less "$packed" "0.5 * $alone"

# The planning process, with workers at full speed.
write balanced 320 >plan.xml
BENCH_WORKER=$GAINSPICE valgrind -q --tool=callgrind --callgrind-out-file=parent "$bench_run" plan.xml results.plan 1 >out.log 2>&1
check "the planning process is counted" test -s parent
planning=$(awk '/^(summary|totals):/ {printf "%.3f", $2 / 320 * 1e-6; exit}' parent)
echo "# the planning process: $planning million instructions a point, planned, measured and stored"
check "planning, measuring and storing a point costs at most 5 % of simulating it in a pack" less "$planning" "0.05 * $packed"
finish
