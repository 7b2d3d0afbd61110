#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --engine slurm on a real Slurm of two nodes that runs on this machine (scripts/slurm-two-nodes): the tables of a local run, byte for
# byte, also when a node is lost in the middle or the jobs are cancelled; each point once, none simulated again but those in flight.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
nodes="$TOP_SRCDIR/scripts/slurm-two-nodes"
"$nodes" start "$work/two" >start.txt 2>&1
case $? in
0) ;;
77)
    skip "a Slurm of two nodes" "$(cat start.txt)"
    finish
    ;;
*)
    fail "a Slurm of two nodes" "$(cat start.txt)"
    finish
    ;;
esac
trap '"$nodes" stop "$work/two"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
export SLURM_CONF="$work/two/slurm.conf"
pass "a Slurm of two nodes"
cp "$TOP_SRCDIR/tests/slurm/short.xml" .
published() { (cd "$1" && find . -type f ! -name '*.sqlite*' ! -path './shards/*' | sort | xargs sha256sum); }
points() {
    rm -f looked*
    cp "$1" looked.sqlite 2>/dev/null || return
    [ ! -e "$1-wal" ] || cp "$1-wal" looked.sqlite-wal
    "$TOP_BUILDDIR/tests/support/store_points" looked.sqlite 2>/dev/null
}
count() { points "$1" | wc -l; }
# The shards say what they have to do in files that outlive them.
site() {
    cat >site.xml <<END
<site xmlns="urn:gainspice:site:1">
    <slurm shards="2" time-limit="10"><before command="exec 2&gt;&gt;$work/said.\$SLURM_ARRAY_TASK_ID"/></slurm>
</site>
END
    rm -f said.*
}
said() { sed -n 's/^simulated 0 of \([0-9]*\) points$/\1/p' "said.$1" | tr '\n' ' '; }
# await_points RESULTS N: until each of the two shards has stored so many; the folder of the submission in $folder.
await_points() {
    for i in $(seq 600); do
        folder=$(echo "$1"/shards/*)
        [ "$(count "$folder/1.sqlite")" -ge "$2" ] && [ "$(count "$folder/2.sqlite")" -ge "$2" ] && return
        sleep 0.1
    done
    return 1
}

check "a local run" "$GAINSPICE" run short.xml --quiet -j 2 --results local
reference=$(published local)

# A node is lost in the middle, and the watcher leaves.
site
"$GAINSPICE" simulate short.xml --results lost --engine slurm --site site.xml >out.txt 2>err.txt &
watcher=$!
await_points lost 3
same "shards on two nodes simulate" 0 $?
on_n1=$(squeue -h -r -o '%K %N' | sed -n 's/ n1$//p')
check "one of them on n1" test "$on_n1" = 1 -o "$on_n1" = 2
"$nodes" kill "$work/two" n1
before=$(count "$folder/$on_n1.sqlite")
other=$((3 - on_n1))
own=$(wc -l <"$folder/$on_n1.points") others=$(wc -l <"$folder/$other.points")
kill -INT $watcher
wait $watcher
same "the watcher is stopped: exit" 130 $?
check "it says how to come back" grep -q '^stopped; job [0-9]* goes on: the same command comes back to it, scancel --name=gainspice-short-' err.txt
check "some points of the lost node are stored, not all" test "$before" -ge 3 -a "$before" -lt "$own"
check "the same command comes back and ends the run" "$GAINSPICE" run short.xml --quiet --results lost --engine slurm --site site.xml
same "with the files of the local run" "$reference" "$(published lost)"
same "each point is stored once" "36 36" "$(count lost/run.sqlite) $(points lost/run.sqlite | sort -u | wc -l)"
same "the lost shard was started twice, the second time for what it lacked" "$own $((own - before)) " "$(said "$on_n1")"
same "the other one once" "$others " "$(said $other)"
same "nothing is left" "" "$(ls lost | grep shards)"
check "no job is left" test -z "$(squeue -h)"
"$nodes" start-node "$work/two" n1

# The jobs are cancelled in the middle; the same command does the rest.
site
"$GAINSPICE" simulate short.xml --quiet --results cancelled --engine slurm --site site.xml >out.txt 2>err.txt &
watcher=$!
await_points cancelled 2
same "shards simulate" 0 $?
scancel "--name=gainspice-short-$(basename "$folder")"
wait $watcher
same "cancelled jobs: exit" 130 $?
check "it says so" grep -qE '^site.xml:2: shard [12] of job [0-9]+ was cancelled; [0-9]+ of 36 points are missing, the others are kept: ' err.txt
kept=$(count cancelled/run.sqlite)
check "what was simulated is kept" test "$kept" -ge 4 -a "$kept" -lt 36
same "no point failed by it" 0 "$(points cancelled/run.sqlite | grep -cv ' ok$')"
site
same "the same command does the rest" "$((36 - kept)) points simulated, $kept were stored, 0 failed" "$("$GAINSPICE" simulate short.xml --quiet --results cancelled --engine slurm --site site.xml)"
same "and no more" $((36 - kept)) "$(echo $(said 1) $(said 2) | awk '{print $1 + $2}')"
same "each point is stored once" "36 36" "$(count cancelled/run.sqlite) $(points cancelled/run.sqlite | sort -u | wc -l)"
check "a run of what is stored" "$GAINSPICE" run short.xml --quiet --results cancelled --engine slurm
same "has the files of the local run" "$reference" "$(published cancelled)"

# What Slurm refuses.
printf '<site xmlns="urn:gainspice:site:1">\n    <slurm partition="nowhere"/>\n</site>\n' >site.xml
status "a partition that is none" 2 "site.xml:2: sbatch: invalid partition specified: nowhere; Batch job submission failed: Invalid partition name specified" \
    "$GAINSPICE" simulate short.xml --quiet --results refused --engine slurm --site site.xml
same "leaves nothing" "run.sqlite" "$(ls refused)"
finish
