#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gainspice regress: the repository's baselines hold, a change is caught and its vector named, --accept, forms of output, bad baselines.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
regress() { "$GAINSPICE" regress -q "$@"; }

# 1. The reference designs against the baselines that stand beside the sources.
for design in gain-cell array-8x8 c2p-ideal; do
    cp "$TOP_SRCDIR/netlists/$design.xml" "$TOP_SRCDIR/netlists/gain-cell-authors.csv" .
    check "$design holds its baseline" "$GAINSPICE" regress -q --failures "$design.xml" --baselines "$TOP_SRCDIR/results/baselines/$design"
done
same "the baselines are small: kB" "" "$(du -sk "$TOP_SRCDIR"/results/baselines/* | awk '$1 > 200')"
check "and say what made them" grep -q '^ngspice ' "$TOP_SRCDIR/results/baselines/gain-cell/made.txt"

# 2. A design of two benches: made, held, changed.
cat >cell.xml <<'END'
<design xmlns="urn:gainspice:design:1" name="cell">
    <technology name="g28"/>
    <cell name="gc" template="gain_cell_6t_rail"/>
    <bench name="write" cell="gc">
        <hold port="wbl" value="0.9V"/> <hold port="bl" value="0.45V"/> <hold pair="wlr" value="0.45V"/>
        <pulse port="we" low="0V" high="0.9V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <pulse port="web" low="0.9V" high="0V" delay="1ns" rise="50ps" fall="50ps" width="2ns"/>
        <initial node="sn" value="0V"/>
        <tran step="10ps" stop="6ns" max-step="10ps"/>
        <measure name="v_open" kind="value" of="v(sn)" at="3ns"/>
        <measure name="never" kind="crossing" of="v(sn)" level="5V" edge="rise"/>
        <wave of="v(sn)"/> <wave of="v(we)"/>
    </bench>
    <bench name="small-signal" cell="gc">
        <hold port="wbl" value="0.45V" ac="1V"/> <hold port="bl" value="0.45V"/> <hold pair="wlr" value="0.45V"/>
        <hold port="we" value="0.9V"/> <hold port="web" value="0V"/> <open port="sn"/>
        <ac from="1MHz" to="100GHz" points-per-decade="5"/>
        <wave of="v(sn)"/>
    </bench>
    <bench name="hiss" cell="gc">
        <hold port="wbl" value="0.45V" ac="1V"/> <hold port="bl" value="0.45V"/> <hold pair="wlr" value="0.45V"/>
        <hold port="we" value="0.9V"/> <hold port="web" value="0V"/> <open port="sn"/>
        <noise from="1MHz" to="100GHz" points-per-decade="5" output="v(sn)" input="wbl"/>
        <wave of="onoise"/>
    </bench>
    <tolerance of="write.v(sn)" absolute="2mV" move="5ps"/>
    <tolerance of="write.v(we)" rule="events" level="0.45V" move="5ps"/>
    <tolerance of="write.v(we)" rule="integral" absolute="9mV"/>
    <tolerance of="small-signal.*" absolute="1mV" relative="0.5%"/>
    <tolerance of="hiss.*" decibel="yes" absolute="0.1"/>
</design>
END
status "no baseline yet" 2 'results/baselines/cell: no baseline: gainspice regress --accept cell.xml makes one' "$GAINSPICE" regress -q cell.xml
same "--accept makes one" "results/baselines/cell: 6 vectors new, 0 changed, 0 removed, 0 as they were" "$(regress --accept cell.xml)"
same "its files" "hiss.waves made.txt measures.csv small-signal.waves write.waves" "$(cd results/baselines/cell && echo *)"
check "none is none" grep -q '^write.tt.27C/never,s,none,1$' results/baselines/cell/measures.csv
check "fewer points than were simulated" awk '/^wave .*v\(sn\)/ { if ($6 > 0 && $6 < $8 / 4) good = 1 } END { exit !good }' results/baselines/cell/write.waves
cp -R results/baselines/cell first
said=$(regress cell.xml); same "and is held" 0 $?
same "a line a vector and rule: magnitude, phase, dB, events, integral" 8 "$(printf '%s\n' "$said" | grep -c '^ok ')"
printf '%s\n' "$said" >held.txt
for what in 'small-signal.tt.27C/v(sn) magnitude' 'small-signal.tt.27C/v(sn) phase' 'hiss.tt.27C/onoise in dB' 'write.tt.27C/v(we) events' 'write.tt.27C/v(we) integral'; do
    check "$what" grep -qF "$what" held.txt
done
same "other steps and other worker counts are no difference" 0 "$(for s in 3ps 7ps 11ps; do sed "s/max-step=\"10ps\"/max-step=\"$s\"/" cell.xml >c.xml; regress -j 3 c.xml --only write >out.txt 2>&1 || { cat out.txt; echo "$s"; }; done | wc -l | tr -d ' ')"
regress --accept cell.xml >/dev/null
check "accepting again changes no byte" diff -r first results/baselines/cell

sed 's/delay="1ns"/delay="1.02ns"/' cell.xml >late.xml
said=$(regress --failures late.xml 2>err.txt); same "an edge 20 ps later: exit" 1 $?
check "its vector is named" sh -c "printf '%s\n' '$said' | grep -q '^FAIL  write.tt.27C/v(we) events .*worst 4 tolerances'"
same "an edge 20 ps later: nothing else" "write" "$(printf '%s\n' "$said" | sed -n 's/^FAIL  \([a-z-]*\)\..*/\1/p' | sort -u)"
check "a page is there" grep -q '<svg' results/cell/regress.html
same "last word" "3 of 8 vectors differ" "$(sed 's/^[0-9]* of/3 of/' err.txt)"
same "--only" "3 compared, 0 differ" "$(regress --only 'small-signal.*' late.xml | tail -n 1 | sed 's/;.*//; s/^2 /3 /')"
regress late.xml --json --junit j.xml >j.json 2>err.txt
check "JSON" grep -q '"passed": false' j.json
check "JUnit" grep -q '<testsuite name="write"' j.xml
check "TAP" sh -c "'$GAINSPICE' regress -q late.xml --tap 2>err.txt | grep -q '^not ok'"
same "accepted by a pattern" "results/baselines/cell: 0 vectors new, 1 changed, 0 removed, 5 as they were" "$(regress late.xml --accept '*v(we)')"
same "that file alone has changed" "made.txt write.waves" "$(diff -rq first results/baselines/cell | sed 's/.*cell.\([a-z.]*\) differ/\1/' | sort | xargs)"
same "and says by what" "1 2" "$(sed -n 's/^wave .* made \([0-9]*\).*/\1/p' results/baselines/cell/write.waves | sort -u | xargs)"
sed 's/<wave of="v(we)"\/>//; /v(we)/d' late.xml >less.xml
said=$(regress --failures --only '*v(we)' less.xml 2>err.txt)
check "a vector that is gone" sh -c "printf '%s\n' '$said' | grep -q 'in the baseline, but no longer simulated'"
sed 's/<set/<set/; s/absolute="2mV"/absolute="20uV"/' cell.xml >fine.xml
said=$(regress --failures --only 'write.v(sn)' fine.xml 2>err.txt)
check "a baseline too coarse for its tolerance" sh -c "printf '%s\n' '$said' | grep -q 'more than a quarter of the tolerance: --accept renews it'"

# 3. Across.
said=$(regress cell.xml --across accuracy=fast --only write.v_open 2>err.txt); code=$?
check "across accuracies: a number moved by so much" sh -c "printf '%s\n' '$said' | grep -q 'write.tt.27C/v_open .* tolerances'"
check "across accuracies: exit 0 or 1" test $code -le 1
same "across: the variant is named" "accuracy=fast against cell:" "$(printf '%s\n' "$said" | head -n 1)"
status "across what is none" 2 '--across "speed=fast": expected ngspice=FOLDER, accuracy=exact, balanced or fast, or technology=NAME' "$GAINSPICE" regress -q cell.xml --across speed=fast
status "across a folder without a library" 2 '--across "ngspice=.": there is no libngspice.so in that folder' "$GAINSPICE" regress -q cell.xml --across ngspice=.
said=$("$GAINSPICE" regress -q cell.xml --across technology=none 2>&1); same "across a technology that is not there" 2 $?

# 4. Bad input.
status "another unit" 2 'unit.xml:26: absolute of tolerance: the unit is A, but that of write.v(sn) is V' sh -c "sed 's/absolute=\"2mV\"/absolute=\"2mA\"/' cell.xml >unit.xml; '$GAINSPICE' regress -q unit.xml --baselines first"
status "--accept with --across" 2 'regress: --accept and --across exclude each other' "$GAINSPICE" regress cell.xml --accept --across accuracy=fast
damage() {
    rm -rf bad; cp -R first bad; chmod -R u+w bad
    sed "$2" "first/$1" >"bad/$1"
    status "$3" 2 "$4" "$GAINSPICE" regress -q cell.xml --baselines bad
}
damage write.waves '4s/.*/0 x/' "a point that is none" "bad/write.waves:4: point 1 of $(sed -n 's/^wave .*v(sn).*, \([0-9]*\) of.*/\1/p' first/write.waves) of write.tt.27C/v(sn): expected 2 numbers"
damage write.waves '3s/ points / dots /' "a head that is none" 'bad/write.waves:3: expected "wave NAME: UNIT over UNIT, N of N points within TOLERANCE, made N"'
damage write.waves '3s/made 1/made 7/' "made by nobody" 'bad/write.waves:3: made "7": expected a number that stands in made.txt'
damage write.waves '1s/.*/nothing/' "no baseline at all" 'bad/write.waves:1: "nothing": expected a line that begins with "wave "'
damage measures.csv 's/,none,/,many,/' "a number that is none" 'bad/measures.csv:4: expected a vector, a unit, a number or none, and what made it, between commas'
damage made.txt 's/^\[1\]/[x]/' "a maker without number" 'bad/made.txt:3: "[x]": expected a number in brackets, greater than the one before'
cat first/measures.csv >m.txt; rm -rf bad; cp -R first bad; tail -n 1 m.txt >>bad/measures.csv
status "a vector twice" 2 'bad/measures.csv:5: vector "write.tt.27C/never" stands twice' "$GAINSPICE" regress -q cell.xml --baselines bad
# 5. Mutations: each that is beyond tolerance, by brute force, is caught with the right vectors; honest repeats raise no alarm. `make
# bench-regress` runs them all.
said=$("$TOP_BUILDDIR/tests/bench/bench_regress" "$work/mutations" 9 16 2>&1); code=$?
same "mutations are caught, repeats are quiet" "0" "$code$([ "$code" = 0 ] || printf '\n%s' "$said")"
check "there were as many as there must be" sh -c "printf '%s\n' '$said' | grep -q '^mutations 2[0-9]: beyond tolerance 1[0-9]\|^mutations 2[0-9]: beyond tolerance 2[0-9]'"
finish
