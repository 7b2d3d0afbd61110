# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/common.sh -- what the scripts of `make bench` share; sourced. Leaves the shell in a fresh folder that is removed at the end.
# $TOP_BUILDDIR has the programs, $TOP_SRCDIR the sources.

gainspice=$TOP_BUILDDIR/src/gainspice
bench=$TOP_BUILDDIR/tests/bench
work=$(mktemp -d "${TMPDIR:-/tmp}/gainspice-bench.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cp -r "$TOP_SRCDIR/tests/bench/templates" "$work" && cd "$work" || exit 1
export HOME="$work" LC_ALL=C TZ=UTC

die() { echo "bench: $*" >&2; exit 1; }

# transient POINTS [STOP]: a write into the gain cell for so many levels; 289 points of time in 6 ns.
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
        <tran step="27ps" stop="${2:-6ns}" max-step="27ps"/>
        <measure name="v_written" kind="value" of="v(sn)" at="${2:-6ns}"/>
        <measure name="t_settle" kind="settling" of="v(sn)" from="1ns" to="${2:-3ns}" band="0.9mV"/>
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
# calc EXPRESSION [DIGITS]
calc() { awk "BEGIN {printf \"%.${2:-3}g\", $1}"; }
# row PART WHAT VALUE NOTE
row() { printf '%-2s %-62s %12s  %s\n' "$1" "$2" "$3" "$4"; }
have() { command -v "$1" >/dev/null; }
# knows OPTION: whether `gainspice simulate` has it.
knows() { "$gainspice" simulate --help | grep -q -- "$1"; }

machine() {
    grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: //'
    echo "$(getconf _NPROCESSORS_ONLN) cores, $("$gainspice" --version | sed -n 2p), $(date -u +%Y-%m-%d)"
}
load() { cut -d ' ' -f 1-3 /proc/loadavg; }
