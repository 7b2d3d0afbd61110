#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The tree is the dataflow: a stage includes base and the stages before it, never one behind it; sharedspice.h has one includer;
# only src/cli prints errors or exits.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cd "$TOP_SRCDIR/src" || exit 99
order="base design stats netlist wave sim measure store characterise fit export attention report flow cli"
seen=""
for stage in $order; do
    seen="$seen $stage"
    wrong=$(grep -Hno '#include "[a-z]*/[^"]*"' "$stage"/*.[ch] | while IFS= read -r line; do
        used=${line##*\"*\"}; used=$(printf '%s' "$line" | sed 's/.*#include "\([a-z]*\)\/.*/\1/')
        case " $seen " in *" $used "*) ;; *) printf '%s\n' "$line" ;; esac
    done)
    same "$stage includes nothing behind it" "" "$wrong"
done
same "the stages are all there are" "$(printf '%s\n' $order | sort | tr '\n' ' ')" "$(for d in */; do echo "${d%/}"; done | sort | tr '\n' ' ')"
same "one file includes sharedspice.h" "sim/ngspice.c" "$(grep -lE '^ *# *include.*sharedspice\.h' */*.[ch] | tr '\n' ' ' | sed 's/ $//')"
same "only cli prints" "" "$(grep -lE '\b(g_print|g_printerr|printf|puts|perror)\(' */*.c | grep -v '^cli/' | tr '\n' ' ')"
same "every source has its licence line" "" "$(for f in */*.[ch]; do head -n 1 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$f"; done)"
same "the architecture page names every file" "" "$(for f in */*.c; do name=$(basename "$f" .c); case $f in cli/cmd_* | design/read_* | measure/*) continue ;; esac
    grep -q "\`$name\`" "$TOP_SRCDIR/doc/architecture.md" || echo "$f"; done)"
finish
