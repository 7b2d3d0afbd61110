#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Monte Carlo: the same seed gives the same tables, byte for byte, with one worker or two, and after kills.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
sed 's/samples="240"/samples="60"/' "$TOP_SRCDIR/tests/flow/mismatch.xml" > mismatch.xml
tables() { (cd "$1/results/mismatch/tables" && sha256sum ./*.csv); }

mkdir one two three other
for run in one two three other; do cp mismatch.xml $run/; done
(cd one && "$GAINSPICE" run mismatch.xml --quiet -j 1 >/dev/null)
(cd two && "$GAINSPICE" run mismatch.xml --quiet -j 2 >/dev/null)
for pause in 0.1 0.2; do
    (cd three && exec "$GAINSPICE" run mismatch.xml --quiet -j 2 >/dev/null 2>&1) &
    pid=$!
    sleep $pause
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
done
(cd three && "$GAINSPICE" run mismatch.xml --quiet -j 2 >/dev/null)
for table in read read_statistics read_split read_correlation; do
    check "there is $table" test -s one/results/mismatch/tables/$table.csv
done
same "two workers give the same tables" "$(tables one)" "$(tables two)"
same "a killed run ends with the same tables" "$(tables one)" "$(tables three)"

# Fewer samples are the first of many: the values of a sample do not depend on how many there are.
sed -i 's/samples="60"/samples="20"/' other/mismatch.xml
(cd other && "$GAINSPICE" run mismatch.xml --quiet >/dev/null)
rows() { grep '^tt' "$1/results/mismatch/tables/read.csv" | head -n 20; }
same "twenty samples are the first twenty of sixty" "$(rows one)" "$(rows other)"
check "twenty samples can be split over twelve parameters" test -s other/results/mismatch/tables/read_split.csv
sed -i 's/samples="20"/samples="14"/' other/mismatch.xml
rm -r other/results
(cd other && "$GAINSPICE" run mismatch.xml --quiet >/dev/null)
check "fourteen cannot" test ! -e other/results/mismatch/tables/read_split.csv
finish
