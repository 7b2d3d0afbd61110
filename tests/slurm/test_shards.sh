#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shards and their merge, without Slurm: the processes that its jobs would be are started here. Whatever is killed, repeated or in the
# way, the design's store ends with each point once, and the tables are those of a local run, byte for byte.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cp "$TOP_SRCDIR/tests/cli/small.xml" .
published() { (cd "$1" && find . -type f ! -name '*.sqlite*' | sort | xargs sha256sum); }
points() {
    rm -f looked*
    cp "$1" looked.sqlite || return
    [ ! -e "$1-wal" ] || cp "$1-wal" looked.sqlite-wal
    "$TOP_BUILDDIR/tests/support/store_points" looked.sqlite
}
count() { points "$1" | wc -l; }
# What the last start of a shard had to do, by its log.
total() { sed -n 's/^simulated 0 of \([0-9]*\) points$/\1/p' "$1" | tail -n 1; }
shard() { "$GAINSPICE" shard small.xml -j 2 --folder "$folder" --number "$1" >>"$folder/$1.log" 2>&1; }

shard_alone() { "$GAINSPICE" shard small.xml --quiet --folder "$folder" --number "$1"; }

check "a local run" "$GAINSPICE" run small.xml --quiet -j 1 --results local
reference=$(published local)
points local/run.sqlite | cut -d " " -f 1,2 | sort >all # in the order of names: the store has them in the order of their ends
same "it has 45 points" 45 $(wc -l <all)

# Three shards by hand, of 20, 15 and 10 points.
divide() {
    rm -rf "$1" && folder=$1/shards/a && mkdir -p "$folder"
    sed -n 1,20p all >"$folder/1.points"
    sed -n 21,35p all >"$folder/2.points"
    sed -n 36,45p all >"$folder/3.points"
}

divide one
for number in 1 2 3; do check "shard $number" shard $number; done
same "a shard tells how far it is" "15 0" "$(cat one/shards/a/2.progress)"
same "it has its points and no other" "$(cut -d ' ' -f 1 one/shards/a/2.points | sort)" "$(points one/shards/a/2.sqlite | cut -d ' ' -f 1 | sort)"
check "a shard that starts again" shard 2
same "has nothing to do" 15 "$(total one/shards/a/2.log)"
cp -r one/shards copy
check "the merge" "$GAINSPICE" merge one/shards/a
same "it leaves no shards" "run.sqlite" "$(ls one)"
mkdir -p one/shards && cp -r copy/a one/shards
check "merging again" "$GAINSPICE" merge one/shards/a
same "takes nothing twice" "45 45" "$(count one/run.sqlite) $(points one/run.sqlite | sort -u | wc -l)"
check "a merge of what is merged" "$GAINSPICE" merge one/shards/a
same "nothing is left to simulate" "0 points simulated, 45 were stored, 0 failed" "$("$GAINSPICE" simulate small.xml --results one)"
check "the run goes on from there" "$GAINSPICE" run small.xml --quiet --results one
same "with the same files" "$reference" "$(published one)"

# kill -9 in the middle, twice: what was delivered stays, the next start does the rest.
divide two
simulated=0
for round in 1 2; do
    "$GAINSPICE" shard small.xml -j 2 --folder two/shards/a --number 1 >>two/shards/a/1.log 2>&1 &
    pid=$!
    for i in $(seq 200); do
        [ -e two/shards/a/1.sqlite ] && [ "$(count two/shards/a/1.sqlite 2>/dev/null || echo 0)" -gt $((simulated + 2)) ] && break
        sleep 0.01
    done
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    simulated=$(count two/shards/a/1.sqlite)
done
check "points were delivered before the kills" test "$simulated" -ge 3
check "after two kill -9" shard 1
same "the shard does what its store lacks" $((20 - simulated)) "$(total two/shards/a/1.log)"
same "and has each point once" "20 20" "$(count two/shards/a/1.sqlite) $(points two/shards/a/1.sqlite | sort -u | wc -l)"

# The merge takes what there is; the others keep their list and their reasons.
"$GAINSPICE" shard small.xml -j 1 --folder two/shards/a --number 2 >/dev/null 2>&1 &
pid=$!
for i in $(seq 200); do
    [ -e two/shards/a/2.sqlite ] && [ "$(count two/shards/a/2.sqlite 2>/dev/null || echo 0)" -gt 1 ] && break
    sleep 0.01
done
kill -TERM $pid
wait $pid
same "a shard that is stopped: exit" 130 $?
check "it says so" grep -qE '^130 cancelled after [0-9]+ of 15 points$' two/shards/a/2.failed
part=$(count two/shards/a/2.sqlite)
check "a merge of one and a half shards" "$GAINSPICE" merge two/shards/a
same "takes both" $((20 + part)) "$(count two/run.sqlite)"
same "and keeps what tells of the rest" "2.failed 2.points 2.progress 3.points" "$(echo $(ls two/shards/a))"
check "a local run ends it" "$GAINSPICE" run small.xml --quiet --results two
same "with the same files" "$reference" "$(published two | grep -v '\./shards')"
check "a merge of nothing new" "$GAINSPICE" merge two/shards/a
same "clears up" 0 "$(ls two | grep -c shards)"

# What is in the way.
divide three
check "one shard of three" shard 3
echo 'This is no database, but as long as the head of one is, one hundred bytes that SQLite reads before it says so: end.' >three/shards/a/1.sqlite
status "a shard on a damaged store" 2 "three/shards/a/1.sqlite: not a store of gainspice: the file is no SQLite database" shard_alone 1
status "a merge with a damaged store" 2 "three/run.sqlite: the store \"three/shards/a/1.sqlite\" cannot be read: file is not a database" "$GAINSPICE" merge three/shards/a
same "takes the others" 10 "$(count three/run.sqlite)"
check "and leaves the damaged one" test -e three/shards/a/1.sqlite
rm three/shards/a/1.sqlite
sed 's/values="0.4V 0.45V 0.5V"/values="0.4V 0.46V 0.5V"/' small.xml >small2.xml && mv small2.xml small.xml
status "a design that changed meanwhile" 2 'small.xml: 1 of the 20 points of shard 1 are gone: the design has changed since it was submitted' shard_alone 1
cp "$TOP_SRCDIR/tests/cli/small.xml" .
sed 's/points="7"/points="8"/' small.xml >small2.xml && mv small2.xml small.xml
status "a deck that changed meanwhile" 2 "small.xml:7: point \"$(sed -n '1s/ .*//p' all)\" is not what was submitted: the design, its models or ngspice ($("$GAINSPICE" doctor | sed -n 's/^ngspice *//p') here) have changed since" shard_alone 1
same "the shard's folder tells it too" "2 small.xml:7: point" "$(cut -c 1-20 three/shards/a/1.failed)"
status "a shard of none" 2 'file "three/shards/a/9.points": cannot be opened: No such file or directory' shard_alone 9
finish
