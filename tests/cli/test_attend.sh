#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gainspice attend from the command line; the arithmetic is checked in tests/attention.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
make=$TOP_BUILDDIR/tests/support/make_qkv
"$make" v.npz 2 96 16; "$make" flat.npz 0 96 16; "$make" odd.npz 2 96 16 8
check "the paper's model by its name" "$GAINSPICE" attend paper.json --qkv v.npz --window 64 --decay-per-token 1e-4 --decay-mode once \
    --levels none -o out.npz
check "rank 2" "$GAINSPICE" attend paper.json --qkv flat.npz
# Each option means what the attribute of the design means, whose way to the arithmetic is checked in tests/flow.
cp "$TOP_SRCDIR/netlists/paper.json" .
cat >same.xml <<'END'
<design xmlns="urn:gainspice:design:1" name="same"><technology name="g28"/><cell name="gc" template="gain_cell_6t_rail"/>
<bench name="rest" cell="gc"><hold port="sn" value="0.45V"/><hold pair="wlr" value="0.45V"/><hold port="bl" value="0.45V"/>
<hold port="wbl" value="0.45V"/><hold port="we" value="0V"/><hold port="web" value="0.9V"/><op/><measure name="i" kind="value" of="i(bl)"/></bench>
<attention name="once" model="paper.json" qkv="v.npz" window="37" tile="11" levels-input="9" levels-store="6" levels-output="21"
 output-codes="32" decay-per-token="0.0125" decay-mode="once" s-sat="23uA" out-sat="7uA"/>
<attention name="power" model="paper.json" qkv="v.npz" window="37" decay-per-token="0.0125" decay-mode="power"/></design>
END
check "a design with attention" "$GAINSPICE" run --quiet same.xml
check "attend with all options" "$GAINSPICE" attend paper.json --qkv v.npz --window 37 --tile 11 --levels 9,6,21 --output-codes 32 \
    --decay-per-token 0.0125 --decay-mode once --s-sat 23uA --out-sat 7uA -o once.npz
check "attend with decay of the voltage" "$GAINSPICE" attend paper.json --qkv v.npz --window 37 --decay-per-token 0.0125 -o power.npz
for f in once power; do # but for the archive's comment and its length, the last two bytes
    check "attend $f is the design's" cmp -n $(($(wc -c <$f.npz) - 2)) $f.npz results/same/attention/$f.npz
done
check "32 codes" "$GAINSPICE" attend paper.json --qkv v.npz --output-codes 32 -o o32.npz
check "a run repeats byte for byte" sh -c "'$GAINSPICE' attend paper.json --qkv v.npz -o a.npz && '$GAINSPICE' attend paper.json --qkv v.npz -o b.npz && cmp a.npz b.npz"
status "shapes that differ" 2 'odd.npz: array "K": shape 2×96×8, expected 2×96×16 as Q has' "$GAINSPICE" attend paper.json --qkv odd.npz
status "no file" 2 'attend: --qkv FILE.npz is missing' "$GAINSPICE" attend paper.json
status "bad levels" 2 '--levels "many": expected default, none, or three counts such as 16,8,32' "$GAINSPICE" attend paper.json --qkv v.npz --levels many
status "bad decay mode" 2 '--decay-mode "twice": expected once or power' "$GAINSPICE" attend paper.json --qkv v.npz --decay-mode twice
status "bad codes" 2 '--output-codes "31": expected 33 or 32' "$GAINSPICE" attend paper.json --qkv v.npz --output-codes 31
status "bad unit" 2 '--s-sat: current "80V": the unit is V, expected A, such as 80uA' "$GAINSPICE" attend paper.json --qkv v.npz --s-sat 80V
head -c 200 v.npz >cut.npz
out=$("$GAINSPICE" attend paper.json --qkv cut.npz 2>&1); same "a truncated npz: exit" 2 $?
check "a truncated npz: message" sh -c "printf '%s' '$out' | grep -q '^cut.npz: '"
mkfifo pipe
status "a pipe is no place for an npz" 2 'pipe: cannot be written: not a regular file' "$GAINSPICE" attend paper.json --qkv v.npz -o pipe
status "a folder that is not there" 2 'none/out.npz: cannot be written: No such file or directory' "$GAINSPICE" attend paper.json --qkv v.npz -o none/out.npz
finish
