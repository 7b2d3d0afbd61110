# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/slurm.sh -- strong scaling from one Slurm node to two, and what Slurm costs; `make bench` calls it.
#
#     BENCH_SLURM_POINTS=100   points, each of some tenths of a second
#     BENCH_ROUNDS=3           rounds; each runs every contender once, so that all meet the same load of the machine
#
# The nodes are those of scripts/slurm-two-nodes, one CPU each, on this machine: so two workers on it are what two nodes can come to
# at best, and both are measured. Seconds are those of the whole command, from the submission to the merge. Where the machine is not
# idle they say little; so CPU time is told, too: what one node needs for all beside what the longer of two shards needs.

points=${BENCH_SLURM_POINTS:-100}
rounds=${BENCH_ROUNDS:-3}
gainspice=$TOP_BUILDDIR/src/gainspice
nodes=$TOP_SRCDIR/scripts/slurm-two-nodes
work=$(mktemp -d "${TMPDIR:-/tmp}/gainspice-bench.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME="$work" LC_ALL=C TZ=UTC

"$nodes" start "$work/two" >start.txt 2>&1
case $? in
0) trap '"$nodes" stop "$work/two"; rm -rf "$work"' EXIT ;;
77)
    echo "Slurm, 1 to 2 nodes: skipped, $(cat start.txt)"
    exit 0
    ;;
*)
    cat start.txt >&2
    exit 1
    ;;
esac
trap 'exit 1' HUP INT TERM
export SLURM_CONF="$work/two/slurm.conf"

cat >slow.xml <<END
<design xmlns="urn:gainspice:design:1" name="slow">
    <technology name="g28"/>
    <cell name="gc" template="gain_cell_6t_rail"/>
    <bench name="write" cell="gc">
        <sweep name="v_write" port="wbl" from="0.013V" to="0.887V" points="$points"/>
        <hold port="bl" value="0.45V"/>
        <hold pair="wlr" value="0.45V"/>
        <pulse port="we" low="0V" high="0.9V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <pulse port="web" low="0.9V" high="0V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <initial node="sn" value="0V"/>
        <tran step="0.25ps" stop="6ns" max-step="0.25ps"/>
        <measure name="v_written" kind="value" of="v(sn)" at="6ns"/>
    </bench>
</design>
END
# What the nodes run: gainspice, and then its CPU time with that of its workers goes to cpu.JOB.
cat >counted <<END
#!/bin/sh
"$gainspice" "\$@"
status=\$?
[ "\$1" != shard ] || times >$work/cpu.\$SLURM_JOB_ID
exit \$status
END
chmod +x counted
for shards in 1 2; do
    printf '<site xmlns="urn:gainspice:site:1"><slurm shards="%s" program="%s/counted"/></site>\n' $shards "$work" >site.$shards.xml
done
# The longest of the shards that have run, in CPU seconds, appended to times.NAME.
longest() {
    tail -q -n 1 cpu.* | tr 'ms' '  ' | awk '{s = 60 * $1 + $2 + 60 * $3 + $4; if (s > m) m = s} END {print m}' >>"times.$1"
    rm cpu.*
}

# timed NAME OPTION...: seconds of a whole run, appended to times.NAME
timed() {
    name=$1
    shift
    rm -rf results
    begun=$(date +%s%N)
    "$gainspice" simulate slow.xml --quiet --results results "$@" >out.log 2>&1 || {
        cat out.log >&2
        exit 1
    }
    echo "$begun $(date +%s%N)" | awk '{printf "%.3f\n", ($2 - $1) * 1e-9}' >>"times.$name"
}
for round in $(seq "$rounds"); do
    timed local1 -j 1
    timed nodes1 --engine slurm --site site.1.xml
    longest cpu1
    timed local2 -j 2
    timed nodes2 --engine slurm --site site.2.xml
    longest cpu2
done

median() { sort -n "times.$1" | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
row() { printf '%-56s %10.2f %s\n' "$1" "$2" "$3"; }
seconds() { row "$2" "$(median "$1")" "s ($(sort -n "times.$1" | head -n 1) to $(sort -n "times.$1" | tail -n 1))"; }
echo
echo "Slurm: $points points, $rounds rounds, load $(cut -d ' ' -f 1-3 /proc/loadavg)"
seconds local1 "one worker"
seconds local2 "two workers"
seconds nodes1 "one node, one shard"
seconds nodes2 "two nodes, two shards"
seconds cpu1 "CPU time of the one shard"
seconds cpu2 "CPU time of the longer of two"
ratio() { row "$1" "$(echo "$(median "$2") $(median "$3")" | awk '{print $1 / $2}')" x; }
ratio "  strong scaling, 1 to 2 workers" local1 local2
ratio "  strong scaling, 1 to 2 Slurm nodes" nodes1 nodes2
ratio "  the same by CPU time: a bound for two idle nodes" cpu1 cpu2
row "  one node beside one worker" "$(echo "$(median nodes1) $(median local1)" | awk '{print $1 - $2}')" s
