# SPDX-License-Identifier: GPL-3.0-or-later
# tests/support/tap.sh -- TAP from a shell script: source it, call the checks, end with `finish`.
# Runs in a fresh folder with HOME, TZ and LC_ALL scrubbed; $GAINSPICE is the program, $TOP_SRCDIR the source tree.

n=0
failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/gainspice-test.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
export HOME="$work" TZ=UTC LC_ALL=C
unset GAINSPICE_PDK_ROOT

pass() { n=$((n + 1)); echo "ok $n - $1"; }
fail() {
    n=$((n + 1)); failed=$((failed + 1)); echo "not ok $n - $1"
    if [ $# -gt 1 ]; then printf '%s\n' "$2" | sed 's/^/# /'; fi
}
skip() { n=$((n + 1)); echo "ok $n - $1 # SKIP $2"; }

# check NAME COMMAND…: the command succeeds.
check() {
    what=$1; shift
    if out=$("$@" 2>&1); then pass "$what"; else fail "$what" "exit $?: $out"; fi
}
# same NAME EXPECTED ACTUAL: two strings are equal.
same() {
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected: $2
got:      $3"; fi
}
# status NAME EXIT STDERR COMMAND…: exact exit status and exact standard error.
status() {
    what=$1; want=$2; message=$3; shift 3
    got=$("$@" 2>&1 >/dev/null); code=$?
    if [ "$code" = "$want" ] && [ "$got" = "$message" ]; then pass "$what"; else fail "$what" "expected exit $want: $message
got exit $code:      $got"; fi
}
finish() { echo "1..$n"; [ "$failed" = 0 ]; exit; }
