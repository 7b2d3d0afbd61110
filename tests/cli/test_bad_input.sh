#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input from the outside: exact message with file and line, exact exit status, and what is stored stays.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cp "$TOP_SRCDIR/tests/cli/small.xml" .

# 1. Every bad design of the reader's tests, through the program.
mkdir -p tests/design && cp -R "$TOP_SRCDIR/tests/design/bad" tests/design/bad && chmod -R u+w tests
bad_designs=0
wrong=""
for err in tests/design/bad/*.err; do
    xml=${err%.err}.xml
    [ -f "$xml" ] || continue
    bad_designs=$((bad_designs + 1))
    got=$("$GAINSPICE" check "$xml" 2>&1 >/dev/null); code=$?
    if [ $code != 2 ] || [ "$got" != "$(cat "$err")" ]; then wrong="$wrong
$xml: exit $code: $got"; fi
done
same "bad designs: exit 2 and their exact message" "" "$wrong"
check "there are at least 150 of them ($bad_designs)" test $bad_designs -ge 150
same "none of them left anything behind" "" "$(ls -d results 2>/dev/null)"

# 2. Circuits that the simulator cannot solve: a row with its reason, exit 3, and the good points beside it are kept.
mkdir -p templates/circuits
cat >templates/circuits/loop.cir <<'END'
*: title Two ports that are one
*: port a inout one
*: port b inout other
.subckt loop a b
r1 a b 1k
v1 a b 0
.ends loop
END
cat >templates/circuits/flipflop.cir <<'END'
*: title A source with no operating point
*: behavioural a test of non-convergence
*: port a inout in
*: port b output out
*: param level 0.5V 0V 2V where it flips
.subckt flipflop a b
r1 a 0 1k
b1 b 0 v=v(b) > {level} ? 0 : 1
.ends flipflop
END
cat >singular.xml <<'END'
<design xmlns="urn:gainspice:design:1" name="singular">
    <technology name="g28"/>
    <cell name="c" template="loop"/>
    <bench name="b" cell="c">
        <hold port="a" value="0.45V"/>
        <hold port="b" value="0.3V"/>
        <op/>
        <measure name="i" kind="value" of="i(a)"/>
    </bench>
    <axes><corner values="tt"/><temperature values="27°C"/></axes>
</design>
END
out=$("$GAINSPICE" simulate -q singular.xml 2>err.txt); same "a singular circuit: exit" 3 $?
check "a singular circuit: reason with file and line" sh -c "printf '%s\n' '$out' | grep -q '^singular.xml:4: bench \"b\": .*(point b.tt.27C, not-converged)'"
same "a singular circuit: last word" "1 of 1 points failed" "$(tail -n 1 err.txt)"
sed 's/"loop"/"flipflop"/; s/name="singular"/name="flip"/; s/<hold port="b" value="0.3V"\/>/<open port="b"\/><sweep name="level" parameter="level" values="0.5V 1.5V"\/>/' \
    singular.xml >flip.xml
"$GAINSPICE" run -q flip.xml >run.txt 2>err.txt; same "no convergence: exit" 3 $?
same "no convergence: last word" "1 of 2 points failed: see the notes in results/flip/tables" "$(tail -n 1 err.txt)"
check "the good point is in the table" grep -q '^tt,27,1.5,0.0004[45][0-9]*,$' results/flip/tables/b.csv
check "the bad one has its reason" grep -q '^tt,27,0.5,,"not-converged: flip.xml:4: bench ""b"": ' results/flip/tables/b.csv
check "the report is there and says so" grep -q 'not-converged' results/flip/report.html
"$GAINSPICE" simulate flip.xml >again.txt 2>again.err
check "a failed point is not tried again" grep -q '^0 points simulated, 2 were stored, 1 failed' again.txt
"$GAINSPICE" simulate --retry-failed flip.xml >again.txt 2>again.err
check "unless it is asked for" grep -q '^1 points simulated, 1 were stored, 1 failed' again.txt

# 3. A point that takes too long.
sed 's/name="small"/name="slow"/; s/stop="6ns" max-step="10ps"/stop="60us" max-step="1ps"/; s/at="6ns"/at="60us"/' small.xml >slow.xml
"$GAINSPICE" simulate -q slow.xml --bench write --timeout 0.2 -j 2 >slow.txt 2>err.txt; same "a time limit: exit" 3 $?
check "a time limit: reason" grep -q '^slow.xml:17: bench "write": no result within 0.2 s (point write.tt.27C.v_write=0, timeout)$' slow.txt

# 4. A technology whose role names a model that its library lacks.
mkdir -p templates/technologies/mini
cat >templates/technologies/mini/technology.xml <<'END'
<technology xmlns="urn:gainspice:technology:1" name="mini" title="one device" vdd="0.9V" gmin="1e-15" leakage="absent">
    <models file="mini.lib"/>
    <wire resistance-per-um="1Ohm" capacitance-per-um="0.2fF"/>
    <role name="nmos.svt" model="nabsent" l-min="30nm" w-min="90nm" mismatch="none"/>
    <corner name="tt"/>
</technology>
END
echo '.model npresent nmos level=1' >templates/technologies/mini/mini.lib
sed 's/"g28"/"mini"/' singular.xml >mini.xml
out=$("$GAINSPICE" check mini.xml 2>&1); code=$?
same "a missing model: exit" 2 $code
check "a missing model: file, line and name" sh -c "printf '%s' '$out' | grep -q 'templates/technologies/mini/technology.xml:4: .*nabsent'"

# 5. Places that cannot be written: nothing that is stored is lost.
"$GAINSPICE" run -q small.xml >/dev/null 2>&1
stored=$("$GAINSPICE" table small.xml --format csv | sha256sum)
if [ "$(id -u)" = 0 ]; then
    nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
    chmod 755 "$work"
    $nobody test -x "$GAINSPICE" 2>/dev/null && $nobody test -r "$TOP_SRCDIR/templates/schema/design.rng" || nobody=
else
    nobody="env"
fi
chmod -R a-w results
if [ -n "$nobody" ]; then
    out=$($nobody "$GAINSPICE" run -q small.xml 2>&1 >/dev/null); code=$?
    same "a read-only results folder: exit" 2 $code
    check "a read-only results folder: message names the file ($out)" sh -c "printf '%s' '$out' | grep -q '^results/small/'"
else
    skip "a read-only results folder" "no user without rights can read the build"
fi
chmod -R u+w results
same "and what is stored is there" "$stored" "$("$GAINSPICE" table small.xml --format csv | sha256sum)"
(ulimit -f 8; "$GAINSPICE" run -q --results full small.xml) >/dev/null 2>full.err; same "a full disk: exit" 2 $?
check "a full disk: one sentence ($(cat full.err))" sh -c "test \$(wc -l <full.err) = 1 && grep -q '^full/' full.err"
check "with room again it goes on" "$GAINSPICE" run -q --results full small.xml
same "to the same table" "$stored" "$("$GAINSPICE" table small.xml --results full --format csv | sha256sum)"
echo 'not a database, and longer than its header would be' >results/small/run.sqlite
out=$("$GAINSPICE" run -q small.xml 2>&1 >/dev/null); code=$?
same "a store that is none: exit" 2 $code
check "a store that is none: message ($out)" sh -c "printf '%s' '$out' | grep -q '^results/small/run.sqlite: '"
"$GAINSPICE" run -q small.xml >/dev/full 2>err.txt; same "a full standard output: exit" 2 $?

# 6. Arrays and models.
status "no such model" 2 'file "none.json": cannot be opened: No such file or directory' "$GAINSPICE" attend none.json --qkv small.xml
printf '{"format": ' >cut.json
out=$("$GAINSPICE" attend cut.json --qkv small.xml 2>&1); code=$?
same "half a model: exit" 2 $code
check "half a model: file and line ($out)" sh -c "printf '%s' '$out' | grep -q '^cut.json:1: '"
out=$("$GAINSPICE" attend paper.json --qkv small.xml 2>&1); code=$?
same "a qkv that is no npz: exit" 2 $code
check "a qkv that is no npz: message ($out)" sh -c "printf '%s' '$out' | grep -q '^small.xml: '"
finish
