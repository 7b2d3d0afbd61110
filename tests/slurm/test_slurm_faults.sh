#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --engine slurm on a Slurm that is played: what it is asked for, how each way of failing is told, and that what was simulated is
# kept. The real one is met by test_slurm.sh.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cp "$TOP_SRCDIR/tests/cli/small.xml" .
published() { (cd "$1" && find . -type f ! -name '*.sqlite*' | sort | xargs sha256sum); }
simulate() { "$GAINSPICE" simulate small.xml --quiet --results "$results" --engine slurm "$@"; }
# fresh RESULTS: a new Slurm that has nothing to say, and no results.
fresh() {
    rm -rf slurm && mkdir slurm
    export FAKE_SLURM="$work/slurm"
    results=$1
}
site() { printf '<site xmlns="urn:gainspice:site:1">\n    <slurm %s>%s</slurm>\n</site>\n' "$1" "$2" >site.xml; }

no_slurm=$PATH
fresh none
if command -v sbatch >/dev/null; then # a PATH that has everything but Slurm
    mkdir some && for tool in sh env cat ls rm mkdir sed grep gnuplot mktemp; do ln -s "$(command -v $tool)" some; done
    no_slurm=$work/some
fi
status "without Slurm" 2 "sbatch: not found: --engine slurm needs Slurm's commands in PATH" env PATH="$no_slurm" "$GAINSPICE" simulate small.xml --quiet --results none --engine slurm
same "nothing is left of it" "run.sqlite" "$(ls none)"

mkdir bin && for tool in sbatch squeue scancel; do ln -s "$TOP_SRCDIR/tests/support/fake_slurm" bin/$tool; done
export PATH="$work/bin:$PATH"
check "a local run" "$GAINSPICE" run small.xml --quiet -j 1 --results local
reference=$(published local)

# What Slurm is asked for.
fresh one
site 'partition="long" account="lab" time-limit="2:00:00" memory="3G" cpus="2" shards="3" at-once="2"' '<option value="--qos=high"/><before command="echo ready"/>'
check "a run on Slurm" "$GAINSPICE" run small.xml --quiet --results one --engine slurm --site site.xml --timeout 77
same "leaves the files of a local one" "$reference" "$(published one)"
same "and no shards" "" "$(ls one | grep shards)"
given() { grep '^sbatch ' slurm/calls | sed -n "$1p" | tr ' ' '\n' | grep -E "^--($2)=" | sort | tr '\n' ' '; }
same "the shards" "--account=lab --array=1-3%2 --cpus-per-task=2 --mem=3G --partition=long --qos=high --time=2:00:00 " "$(given 1 'account|array|cpus-per-task|mem|partition|qos|time')"
same "their limits" "--jobs=2 --timeout=77 " "$(given 1 'jobs|timeout')"
same "the merge" "--account=lab --dependency=afterany:101 --mem=3G --partition=long --qos=high --time=2:00:00 " "$(given 2 'account|dependency|array|mem|partition|qos|time')"
same "requeued, with logs that go on" "2 2" "$(grep -c -e ' --requeue ' slurm/calls) $(grep -c -e ' --open-mode=append ' slurm/calls)"
fresh one
check "a second run" "$GAINSPICE" run small.xml --quiet --results one --engine slurm
same "asks Slurm for nothing" "" "$(ls slurm)"
fresh points
site 'points-per-shard="20"' ''
check "points a shard" simulate --site site.xml
same "45 points are three shards" "--array=1-3 " "$(given 1 array)"
fresh short
check "without a site file" simulate
same "a short job is one shard" "--array=1-1 --cpus-per-task=1 " "$(given 1 'array|cpus-per-task')"

# Refusals leave nothing behind.
site 'partition="nowhere" shards="2"' ''
fresh refused
printf 'sbatch: error: invalid partition specified: nowhere\nsbatch: error: Batch job submission failed: Invalid partition name specified\n' >slurm/refuse.1
status "a partition that is none" 2 "site.xml:2: sbatch: invalid partition specified: nowhere; Batch job submission failed: Invalid partition name specified" simulate --site site.xml
same "nothing is left" "run.sqlite" "$(ls refused)"
fresh refused
echo 'sbatch: error: Job dependency problem' >slurm/refuse.2
status "a merge that is refused" 2 "site.xml:2: sbatch: Job dependency problem" simulate --site site.xml
same "takes the shards back" "scancel 101" "$(grep '^scancel' slurm/calls)"
check "what ran by then" simulate --site site.xml
same "is not simulated again" 0 "$(grep -c '^sbatch' slurm/calls | awk '{print $1 - 2}')"
fresh refused2
echo 'sbatch: all is well' >slurm/answer.1
status "no number" 2 'sbatch: "sbatch: all is well": expected the number of a job' simulate --site site.xml

# Ends of shards. Of three points in two shards the first shard's have run.
site 'shards="2" time-limit="5"' ''
short=$(pwd)
tail_of='of 3 points are missing, the others are kept: the same command goes on with the rest'
for case in 'TIMEOUT|2|ran into its time limit, 5' 'CANCELLED|130|was cancelled' 'NODE_FAIL|2|lost its node and was not started again' \
    'OUT_OF_MEMORY|2|needed more memory than its job has' 'PREEMPTED|2|was preempted and not started again' \
    'FAILED|2|ended as FAILED and said nothing'; do
    state=${case%%|*}; rest=${case#*|}
    fresh "end_$state"
    echo 1 >slurm/run
    echo "$state" >slurm/state.2
    got=$(simulate --site site.xml --bench transfer 2>&1 >/dev/null); code=$?
    missing=$(printf '%s\n' "$got" | sed 's/.*; \([0-9]*\) of 3 .*/\1/')
    same "a shard that ends as $state" "${rest%%|*} site.xml:2: shard 2 of job 101 ${rest#*|}; $missing $tail_of (see $short/end_$state/shards/XXXXXX)" \
        "$code $(printf '%s\n' "$got" | sed 's#shards/[A-Za-z0-9]\{6\})$#shards/XXXXXX)#')"
    check "some points are missing, not all" test "$missing" -gt 0 -a "$missing" -lt 3
    rm slurm/run slurm/state.2
    same "the next run does the others" "$missing points simulated, $((3 - missing)) were stored, 0 failed" "$(simulate --site site.xml --bench transfer)"
    same "and clears up" "run.sqlite" "$(ls "end_$state")"
done
cp -r end_TIMEOUT tables && "$GAINSPICE" run small.xml --quiet --results tables >/dev/null
same "the files are those of a local run" "$reference" "$(published tables)"

# A node that has another ngspice, or none: the shard says so, and the run does.
fresh broken
site 'shards="2" program="/nonexistent/gainspice"' ''
echo FAILED | tee slurm/state.1 >slurm/state.2
got=$(simulate --site site.xml 2>&1); code=$?
check "a program that the nodes lack" test $code = 2
check "is named" sh -c 'printf "%s\n" "$1" | grep -qE "^site.xml:2: shard 1 of job 101 failed: .*/nonexistent/gainspice.*not found; 45 of 45 points"' - "$got"

# The merge did not run: whoever watches does it.
fresh merge
site 'shards="2"' ''
touch slurm/no-merge
same "a merge that was cancelled is made up for" "45 points simulated, 0 were stored, 0 failed" "$(simulate --site site.xml)"
same "with nothing left" "run.sqlite" "$(ls merge)"

# Slurm's controller starts again, jobs are not seen at first, then wait.
fresh silent
echo 2 >slurm/unseen
echo 3 >slurm/silent
echo 2 >slurm/waits
"$GAINSPICE" simulate small.xml --results silent --engine slurm --site site.xml >out.txt 2>err.txt
same "a controller that is away for a while" "0 45 points simulated, 0 were stored, 0 failed" "$? $(cat out.txt)"
same "is told" 1 "$(grep -c 'squeue does not answer' err.txt)"
same "squeue was asked until the jobs were over" 8 "$(grep -c '^squeue' slurm/calls)"

# Ctrl-C leaves the jobs, and the same command finds them.
fresh left
echo 1000 >slurm/waits
touch slurm/no-merge
"$GAINSPICE" simulate small.xml --results left --engine slurm --site site.xml >out.txt 2>err.txt &
pid=$!
for i in $(seq 300); do
    [ "$(grep -c '^squeue' slurm/calls 2>/dev/null)" -ge 2 ] 2>/dev/null && break
    sleep 0.05
done
kill -INT $pid
wait $pid
same "Ctrl-C: exit" 130 $?
check "it tells of the jobs" grep -qE '^stopped; job 101 goes on: the same command comes back to it, scancel --name=gainspice-small-[A-Za-z0-9]{6} ends it$' err.txt
check "that they wait" grep -q ', 2 wait (Resources)$' err.txt
echo 1 >slurm/waits
same "the same command" "45 points simulated, 0 were stored, 0 failed" "$(simulate --site site.xml)"
same "submits nothing" 2 "$(grep -c '^sbatch' slurm/calls)"

# Site files, and options.
bad() { site "$2" "$3"; status "$1" 2 "site.xml:2: $4" simulate --site site.xml; }
fresh bad
bad "an attribute of none" 'nodes="2"' '' 'attribute "nodes" is not known in slurm, expected partition, account, time-limit, memory, cpus, shards, points-per-shard, at-once or program'
bad "a partition of two words" 'partition="a b"' '' 'partition of slurm: "a b": expected the name of a partition'
bad "an option for a partition" 'partition="--wrap=x"' '' 'partition of slurm: "--wrap=x": expected the name of a partition'
bad "a time with a unit" 'time-limit="2h"' '' 'time-limit of slurm: "2h": expected minutes or D-HH:MM:SS as sbatch takes it, such as 2:00:00'
bad "a memory without a number" 'memory="much"' '' 'memory of slurm: "much": expected a number with K, M, G or T as sbatch takes it, such as 8G'
bad "no shards" 'shards="0"' '' 'shards of slurm: "0": expected a whole number from 1 to 100000'
bad "shards twice" 'shards="2" points-per-shard="10"' '' 'slurm: shards and points-per-shard are both given, expected one of them'
bad "a program somewhere" 'program="gainspice"' '' 'program of slurm: "gainspice": expected an absolute path'
bad "no option" '' '<option value="qos high"/>' 'value of option: "qos high": expected one option of sbatch, such as --qos=long'
bad "an option with a place" '' '<option value="--time=5"/>' 'value of option: "--time=5": expected the attribute time-limit'
bad "an option of ours" '' '<option value="--array=1-9"/>' 'value of option: "--array=1-9": expected an option that gainspice does not give itself'
status "a site file of none" 2 'file "no.xml": cannot be opened: No such file or directory' simulate --site no.xml
status "a site without Slurm" 2 '--site "site.xml": expected with --engine slurm only' "$GAINSPICE" run small.xml --site site.xml
status "an engine of none" 2 'engine "cloud": there is none, expected one of local, slurm' "$GAINSPICE" run small.xml --engine cloud
same "Slurm was not asked" "" "$(ls slurm)"
finish
