# SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench/bench.sh -- gainspice beside libngspice alone and beside ngspice, measured side by side; `make bench` calls it.
#
#     make bench                    all parts, 20 to 25 minutes of an idle machine of two cores
#     BENCH_PARTS="a c" make bench  some of them
#
#     a  points a second: 1,000 transients of a cell; scaling from one worker to two (e) comes from the same runs
#     b  reads of 32 x 32 and 64 x 64 arrays with wires against `ngspice -b` on the deck of the whole array, and their waveforms
#     c  share of a worker's instructions outside libngspice
#     d  memory of a worker over 10,000 points, a cached run of 10,000
#     s  a store of 100,000 points
#
#     BENCH_POINTS=1000    points of a for gainspice, BENCH_LOOP_POINTS=500 for the loops, BENCH_BATCH_POINTS=100 for ngspice -b
#     BENCH_ROUNDS=3       rounds; every round runs every contender once, so that all meet the same load of the machine
#     BENCH_MEMORY=10000   points of d
#     BENCH_SIZES="32 64"  of b; BENCH_ROUNDS_32=3 and BENCH_ROUNDS_64=1 are its rounds
#     BENCH_SPARSE="32"    sizes of b at which ngspice with its own solver, Sparse, runs too, once
#
# Figures are medians over the rounds; ratios are of medians.
. "${TOP_SRCDIR:?}/tests/bench/common.sh"

parts=${BENCH_PARTS:-a b c d s}
points=${BENCH_POINTS:-1000}
loop_points=${BENCH_LOOP_POINTS:-500}
batch_points=${BENCH_BATCH_POINTS:-100}
rounds=${BENCH_ROUNDS:-3}
[ "$loop_points" -le "$points" ] || loop_points=$points
[ "$batch_points" -le "$points" ] || batch_points=$points
if knows --accuracy; then presets="exact balanced"; else presets=exact; fi

# simulate WORKERS DESIGN [PRESET]: everything new.
simulate() {
    jobs=$1; design=$2
    rm -rf "results.$design"
    "$gainspice" simulate -q -j "$jobs" "$design" --results "results.$design" --timeout 3600 ${3:+--accuracy "$3"}
}
preset() { [ "$presets" = exact ] || echo "$1"; }

# --- a, e: points a second --------------------------------------------------------------------------------------------------------
loop() { head -n "$loop_points" decks.list | xargs -x "$bench/loop_defaults" "$@"; }
batch() { head -n "$batch_points" decks.list | while read -r deck; do ngspice -b -r batch.raw "$deck" || exit 1; done; }

part_a() {
    transient "$points" >tran.xml
    "$gainspice" netlist tran.xml -o decks >/dev/null || die "no decks"
    ls decks/*.cir >decks.list
    for round in $(seq "$rounds"); do
        for p in $presets; do
            timed "two.$p" simulate 2 tran.xml $(preset "$p")
            timed "one.$p" simulate 1 tran.xml $(preset "$p")
        done
        timed default loop
        timed single loop -c "set num_threads=1"
        if have ngspice; then timed batch batch; fi
    done
    default=$(calc "$(median default)/$loop_points" 6); single=$(calc "$(median single)/$loop_points" 6)
    row a "(i) loop on libngspice, its defaults, $loop_points points" "$(calc "1/$default") /s" "$(spread default)"
    row a "(ii) loop on libngspice, num_threads=1, $loop_points points" "$(calc "1/$single") /s" "$(spread single)"
    if have ngspice; then
        batch=$(calc "$(median batch)/$batch_points" 6)
        row a "(iii) ngspice -b a point, $batch_points points" "$(calc "1/$batch") /s" "$(spread batch)"
    fi
    for p in $presets; do
        two=$(calc "$(median "two.$p")/$points" 6); one=$(calc "$(median "one.$p")/$points" 6)
        row a "gainspice, $p, -j 2, $points points" "$(calc "1/$two") /s" "$(spread "two.$p")"
        row a "gainspice, $p, -j 1" "$(calc "1/$one") /s" "$(spread "one.$p")"
        row a "  -j 2 against (i)" "$(calc "$default/$two") x"
        row a "  -j 1 against (ii)" "$(calc "$single/$one") x"
        if have ngspice; then row a "  -j 2 against (iii)" "$(calc "$batch/$two") x"; else row a "  against (iii)" skipped "ngspice is not installed"; fi
        row e "  one worker to two, $p" "$(calc "$one/$two") x"
    done
}

# --- b: arrays --------------------------------------------------------------------------------------------------------------------
# The reference design at another size, with the far ends of its bit lines as waves. $2: options of the bench.
array() {
    sed -e "s/rows=\"64\" columns=\"64\"/rows=\"$1\" columns=\"$1\"/" -e 's/name="array-64x64"/name="array"/' -e "s|<options [^>]*/>|$2|" \
        -e 's|<wave of="i(bl\[3\])"/>|<wave of="v(bl[*,0])"/>|' -e '/<spec /d' "$TOP_SRCDIR/netlists/array-64x64.xml"
}
batch_deck() { ngspice -b -r "$2" "$1"; }

part_b() {
    have ngspice || { row b "arrays" skipped "ngspice is not installed"; return; }
    for size in ${BENCH_SIZES:-32 64}; do
        n=$(if [ "$size" = 64 ]; then echo "${BENCH_ROUNDS_64:-1}"; else echo "${BENCH_ROUNDS_32:-3}"; fi)
        balanced="trtol=\"20\" still=\"wbl we web\" partition=\"$((size / 2))\""
        [ "$presets" = exact ] || balanced="$balanced accuracy=\"balanced\" pilots=\"0\""
        array "$size" "" >"exact$size.xml"
        array "$size" "<options $balanced/>" >"balanced$size.xml"
        "$gainspice" netlist "exact$size.xml" -o "array$size" >/dev/null || die "no deck"
        deck=$(ls "array$size"/*.cir)
        sed '/^\.options /s/ klu$//' "$deck" >"sparse$size.cir"
        for round in $(seq "$n"); do
            timed "batch$size" batch_deck "$deck" "batch$size.raw"
            timed "balanced$size" simulate 2 "balanced$size.xml"
            case " ${BENCH_SPARSE-32} " in *" $size "*) [ "$round" -gt 1 ] || timed "sparse$size" batch_deck "sparse$size.cir" sparse.raw ;; esac
        done
        row b "$size x $size: ngspice -b on the deck (with klu)" "$(calc "$(median "batch$size")") s" "$(spread "batch$size")"
        [ ! -e "times.sparse$size" ] || row b "$size x $size: ngspice -b, its own solver" "$(calc "$(median "sparse$size")") s"
        row b "$size x $size: gainspice -j 2" "$(calc "$(median "balanced$size")") s" "$(spread "balanced$size"); $balanced"
        row b "  against ngspice -b" "$(calc "$(median "batch$size")/$(median "balanced$size")") x"
        "$bench/bench_waves" "balanced$size.xml" "results.balanced$size.xml" "batch$size.raw" >waves || die "no waves"
        row b "  largest difference of bit lines' far ends, $(cut -d ' ' -f 1 waves) waves" "$(cut -d ' ' -f 2 waves) mV" "$(cut -d ' ' -f 3- waves)"
    done
}

# --- c: a worker's instructions -----------------------------------------------------------------------------------------------------
part_c() {
    have valgrind || { row c "a worker's instructions outside libngspice" skipped "valgrind is not installed"; return; }
    transient 25 >few.xml
    cat >worker <<X
#!/bin/sh
exec valgrind -q --tool=callgrind --collect-atstart=no --toggle-collect=worker_main --toggle-collect=ngspice_start \
    --callgrind-out-file=$work/worker.%p --log-file=/dev/null $gainspice "\$@"
X
    chmod +x worker
    BENCH_WORKER=$work/worker "$bench/bench_run" few.xml results.few 1 >out.log 2>&1 || { cat out.log >&2; die "callgrind failed"; }
    largest=$(ls -S worker.* | head -n 1)
    callgrind_annotate --auto=no --inclusive=yes --threshold=100 "$largest" | tr -d , | awk '
        /PROGRAM TOTALS/ {total = $1}
        /:(ngSpice_Circ|ngSpice_Command|ngGet_Vec_Info|ngSpice_AllVecs|ngSpice_AllPlots) / {inside += $1}
        END {printf "%.2f %.3f\n", 100 * (total - inside) / total, total / 25e6}' >share
    row c "a worker's instructions outside libngspice" "$(cut -d ' ' -f 1 share) %" "$(cut -d ' ' -f 2 share) million a point"
    divider 100 >op.xml
    rm -rf results.op
    for state in fresh cached; do
        BENCH_WORKER=$gainspice valgrind -q --tool=callgrind --callgrind-out-file="parent.$state" "$bench/bench_run" op.xml results.op 2 >out.log 2>&1 ||
            die "callgrind failed"
        row c "instructions of the planning process, 10,000 points $state" \
            "$(awk '/^(summary|totals):/ {n = $2} END {printf "%.3g G", n * 1e-9}' "parent.$state")"
    done
}

# --- d: memory, and nothing to do ---------------------------------------------------------------------------------------------------
# The resident size of the last child, from its second second to its end.
part_d() {
    n=${BENCH_MEMORY:-10000}
    transient "$n" 1.5ns >memory.xml
    "$gainspice" simulate -q -j 1 memory.xml --results results.memory >out.log 2>&1 &
    parent=$!
    while kill -0 "$parent" 2>/dev/null; do
        child=$(cat "/proc/$parent/task/$parent/children" 2>/dev/null)
        for c in $child; do
            awk -v pid="$c" '/^VmRSS/ {print pid, $2}' "/proc/$c/status" 2>/dev/null
        done
        sleep 0.25
    done >rss.log
    wait "$parent" || die "the run for memory failed"
    row d "growth of a worker over $n transients, from its second second" "$(
        awk '$1 != pid {pid = $1; n = 0} {n++; if (n == 4) first = $2; if (n >= 4) last = $2}
             END {if (first == "") print "too quick"; else printf "%+.2f MB", (last - first) / 1024}' rss.log)" \
        "$(awk 'END {printf "%.1f MB", $2 / 1024}' rss.log) at the end"
    divider 100 >op.xml
    for round in $(seq "$rounds"); do
        rm -rf results.op
        timed fresh "$gainspice" simulate -q -j 2 op.xml --results results.op
        timed cached "$gainspice" simulate -q -j 2 op.xml --results results.op
    done
    row d "10,000 operating points of two resistors, -j 2" "$(median fresh) s" "$(spread fresh)"
    row d "the same again, all in the store" "$(median cached) s" "$(spread cached)"
}

# --- s: a large store ---------------------------------------------------------------------------------------------------------------
# Two benches, of 99,000 and of 1,000 points; the store is filled by its own functions, without simulating.
part_s() {
    divider 990 | sed '/<\/design>/d' >large.xml
    divider 10 | sed -n '/<bench/,$p' | sed 's/name="op"/name="few"/' >>large.xml
    timed fill "$bench/bench_store" large.xml results.large
    for round in $(seq "$rounds"); do
        timed table_few "$gainspice" table large.xml --bench few --format csv -o few.csv --results results.large
        timed table_many "$gainspice" table large.xml --bench op --format csv -o many.csv --results results.large
    done
    [ "$(grep -c '^tt' few.csv) $(grep -c '^tt' many.csv)" = "1000 99000" ] || die "tables have other numbers of rows"
    row s "100,000 points planned and put into one store" "$(median fill) s" "$(du -k results.large/run.sqlite | cut -f 1) kB"
    row s "  the table of a bench of 1,000 of them" "$(median table_few) s" "$(spread table_few)"
    row s "  the table of a bench of 99,000 of them" "$(median table_many) s" "$(spread table_many)"
}

machine
echo "load $(load) at the start; medians of $rounds alternating rounds"
echo
for part in $parts; do
    case $part in
    a) part_a ;;
    b) part_b ;;
    c) part_c ;;
    d) part_d ;;
    s) part_s ;;
    *) die "\"$part\": there is no such part" ;;
    esac
done
echo
echo "load $(load) at the end"
