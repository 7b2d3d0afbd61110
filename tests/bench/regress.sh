#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The figures of doc/regression.md and doc/wave.md: mutations and honest repeats, damaged files for FUZZ_SECONDS (600), and a comparison of
# two files of POINTS (1e7) points and ten vectors on other grids. Needs 1.8 GB of disk in TMPDIR.
set -eu
work=$(mktemp -d "${TMPDIR:-/tmp}/gainspice-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
bench=${TOP_BUILDDIR:?}/tests/bench
points=${POINTS:-10000000}

echo "== mutations and ${REPEATS:-1000} honest repeats"
"$bench/bench_regress" "$work/mutations" 1 "${REPEATS:-1000}"

echo "== damaged files, ${FUZZ_SECONDS:-600} s"
GAINSPICE_FUZZ_SECONDS=${FUZZ_SECONDS:-600} "$TOP_BUILDDIR/tests/wave/fuzz_readers"

echo "== $points points, 10 vectors"
"$bench/bench_wave" make "$work/a.raw" "$points" 10
"$bench/bench_wave" make "$work/b.raw" "$points" 10 0.3
for options in "-a 600mV" "-a 5mV -t 2ns"; do
    echo "compare $options: wall s, user s, system s, kB"
    # shellcheck disable=SC2086
    /usr/bin/time -f '%e %U %S %M' "$TOP_BUILDDIR/src/gainspice" wave compare "$work/a.raw" "$work/b.raw" $options | tail -n 1
done
echo "read, all vectors: seconds"
for _ in 1 2 3; do "$bench/bench_wave" read "$work/a.raw"; done
if /usr/bin/python3 -c 'import numpy' 2>/dev/null; then
    echo "numpy.frombuffer of the same bytes: seconds"
    for _ in 1 2 3; do /usr/bin/python3 -c "
import numpy, time
begun = time.time()
numpy.frombuffer(open('$work/a.raw', 'rb').read()[-$points * 88:], dtype='<f8')
print('%.3f' % (time.time() - begun))"; done
fi
