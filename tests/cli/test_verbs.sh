#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every verb answers --help, stands in the man page, and refuses what it does not know.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
verbs=$("$GAINSPICE" --help | sed -n 's/^  \([a-z]*\)  *[A-Z ].*/\1/p')
same "the verbs" "run check netlist simulate table fit export attend regress report wave doctor" "$(echo $verbs)"
for verb in $verbs; do
    check "$verb --help" "$GAINSPICE" "$verb" --help
    same "$verb --help names itself" 1 "$("$GAINSPICE" "$verb" --help | grep -c "^  gainspice")"
    check "$verb is in the man page" grep -q "\\b$verb\\b" "$TOP_SRCDIR/doc/gainspice.1"
    out=$("$GAINSPICE" "$verb" --nonsense 2>&1); same "$verb refuses an unknown option" "2 Unknown option --nonsense" "$? $out"
done
out=$("$GAINSPICE" check -j2x none.xml 2>&1)
same "a value may stand with its short option" "2 Cannot parse integer value “2x” for -j" "$? $out"
status "-j2" 2 'file "none.xml": cannot be opened: No such file or directory' "$GAINSPICE" check -j2 none.xml
status "an option behind --" 2 'file "-j2": cannot be opened: No such file or directory' "$GAINSPICE" check -- -j2
status "an endless limit" 2 'check: --jobs takes 0 to 1024, --timeout and --memory 0 to 1e9; 0 is the default' "$GAINSPICE" check --timeout inf none.xml
status "an accuracy that there is not" 2 '--accuracy "best": expected exact, balanced or fast' "$GAINSPICE" check --accuracy best none.xml
status "a name of two lines" 2 'file "a b [31m": cannot be opened: No such file or directory' "$GAINSPICE" check "$(printf 'a\nb\033[31m')"
if [ -w /dev/full ]; then
    for verb in doctor --help --version; do
        err=$("$GAINSPICE" $verb 2>&1 >/dev/full); same "$verb on a full disk" "2 standard output: No space left on device" "$? $err"
    done
else
    skip "a full disk" "/dev/full is not here"
fi
check "--version" "$GAINSPICE" --version
status "an unknown verb" 2 'verb "simulat": there is none of that name; gainspice --help lists them' "$GAINSPICE" simulat
status "no argument" 2 'check: 0 arguments, expected 1: gainspice check DESIGN.xml' "$GAINSPICE" check
status "too many" 2 'run: 2 arguments, expected 1: gainspice run DESIGN.xml' "$GAINSPICE" run a.xml b.xml
"$GAINSPICE" doctor >doctor.txt 2>&1; same "doctor" 0 $?
check "doctor names the version" grep -q '^ngspice    [0-9]' doctor.txt
check "doctor names KLU and OSDI" grep -qE '^OSDI       (yes|no)' doctor.txt
finish
