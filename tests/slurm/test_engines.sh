#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What src/flow/engine.h asks of an engine, of each that there is; the cluster of the second one is played (tests/support/fake_slurm).
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
mkdir bin played && for tool in sbatch squeue scancel; do ln -s "$TOP_SRCDIR/tests/support/fake_slurm" bin/$tool; done
export PATH="$work/bin:$PATH" FAKE_SLURM="$work/played"
published() { (cd "$1" && find . -type f ! -name '*.sqlite*' | sort | xargs sha256sum); }
points() { "$TOP_BUILDDIR/tests/support/store_points" "$1" | sort; }

# Four points, the first of which has no operating point.
mkdir -p templates/circuits
cat >templates/circuits/flipflop.cir <<'X'
*: title A source with no operating point
*: behavioural a test of non-convergence
*: port a inout in
*: port b output out
*: param level 0.5V 0V 2V where it flips
.subckt flipflop a b
r1 a 0 1k
b1 b 0 v=v(b) > {level} ? 0 : 1
.ends flipflop
X
cat >flip.xml <<'X'
<design xmlns="urn:gainspice:design:1" name="flip">
    <technology name="g28"/>
    <cell name="c" template="flipflop"/>
    <bench name="b" cell="c">
        <hold port="a" value="0.45V"/>
        <open port="b"/>
        <sweep name="level" parameter="level" values="0.5V 1.2V 1.5V 1.8V"/>
        <op/>
        <measure name="i" kind="value" of="i(a)"/>
    </bench>
    <axes><corner values="tt"/><temperature values="27°C"/></axes>
</design>
X
cp "$TOP_SRCDIR/tests/cli/small.xml" .
printf '<site xmlns="urn:gainspice:site:1"><slurm shards="3"/></site>\n' >site.xml

first= whole= packed=
for engine in local slurm; do
    options="--engine $engine"
    [ $engine = local ] || options="$options --site site.xml"

    # a point that fails is a row with its reason; all others are there
    "$GAINSPICE" run flip.xml $options --results $engine >run.txt 2>err.txt
    same "$engine: a point fails: exit" 3 $?
    same "$engine: it is told" "1 of 4 points failed: see the notes in $engine/tables" "$(tail -n 1 err.txt)"
    same "$engine: progress comes to its end" 1 "$(grep -c '^simulated 4 of 4 points, 1 failed' err.txt)"
    same "$engine: each point is stored once" "4 4" "$(points $engine/run.sqlite | wc -l) $(points $engine/run.sqlite | cut -d ' ' -f 2 | sort -u | wc -l)"
    check "$engine: the bad one has its reason" grep -q '^tt,27,0.5,,"not-converged: flip.xml:4: bench ""b"": ' $engine/tables/b.csv
    same "$engine: a second call simulates nothing" "0 points simulated, 4 were stored, 1 failed" "$("$GAINSPICE" simulate flip.xml -q $options --results $engine 2>/dev/null | head -n 1)"
    same "$engine: only what failed is tried again" "1 points simulated, 3 were stored, 1 failed" "$("$GAINSPICE" simulate flip.xml -q $options --retry-failed --results $engine 2>/dev/null | head -n 1)"
    "$GAINSPICE" run flip.xml -q $options --results $engine >run.txt 2>&1
    [ $engine = local ] && first=$(published local) && stored=$(points local/run.sqlite)
    same "$engine: the files are those of any engine" "$first" "$(published $engine)"
    same "$engine: the points, too" "$stored" "$(points $engine/run.sqlite)"

    # packs of points are simulated as whole packs, whatever divides them
    check "$engine: a run that packs points" "$GAINSPICE" run small.xml -q $options --accuracy balanced --results $engine.packs
    [ $engine = local ] && packed=$(published local.packs)
    same "$engine: the files are those of any engine" "$packed" "$(published $engine.packs)"

    # a bench alone
    check "$engine: one bench" "$GAINSPICE" simulate small.xml -q $options --bench transfer --results $engine.part
    same "$engine: has its points only" 3 "$(points $engine.part/run.sqlite | wc -l)"

    # Ctrl-C comes at once, keeps what is there, and the next call does the rest
    echo 1000 >played/waits
    "$GAINSPICE" simulate small.xml $options --results $engine.part >out.txt 2>err.txt &
    pid=$!
    for i in $(seq 300); do
        grep -q '^simulated 0 of 42 points' err.txt && break
        sleep 0.02
    done
    kill -INT $pid
    wait $pid
    code=$?
    echo 0 >played/waits
    if [ $code = 0 ]; then skip "$engine: Ctrl-C ends with 130" "the run was over before the signal"; else same "$engine: Ctrl-C ends with 130" 130 $code; fi
    check "$engine: the next call ends the run" "$GAINSPICE" run small.xml -q $options --results $engine.part
    [ $engine = local ] && whole=$(published local.part)
    same "$engine: with the files of any engine" "$whole" "$(published $engine.part)"
    same "$engine: each point is stored once" "45 45" "$(points $engine.part/run.sqlite | wc -l) $(points $engine.part/run.sqlite | cut -d ' ' -f 2 | sort -u | wc -l)"
done
finish
