#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The index of doc/circuits.md against the tree: each template of templates/circuits has one row, with a page that tells of it, a design
# that exercises it and a golden deck that holds it and that the golden test compares.
. "${TOP_SRCDIR:?}/tests/support/tap.sh"
cd "$TOP_SRCDIR" || exit 99
index=doc/circuits.md golden=tests/netlist/test_golden.c
# Rows as "circuit page design deck".
rows() {
    sed -n 's/^| `\([a-z0-9_]*\)`[^|]* | \[[^]]*\](\([a-z0-9.-]*\)) | `\([a-z0-9-]*\)` | `\([A-Za-z0-9_./-]*\)` |$/\1 \2 \3 \4/p' "$index"
}
# reaches DESIGN CIRCUIT: a cell of the design is of the circuit, or of one that instantiates it, at any depth.
reaches() {
    known=" "
    todo=$(sed -n 's/.*<cell [^>]*template="\([a-z0-9_]*\)".*/\1/p' "netlists/$1.xml")
    while [ -n "$todo" ]; do
        known="$known$(echo $todo) "
        todo=$(for t in $todo; do awk -v ORS='\n' '/^[xX]/ { for (i = NF; i > 1; i--) if ($i !~ /=/) { print $i; break } }' "templates/circuits/$t.cir"; done |
            sort -u | while read -r t; do case $known in *" $t "*) ;; *) if [ -f "templates/circuits/$t.cir" ]; then echo "$t"; fi ;; esac; done)
    done
    case $known in *" $2 "*) return 0 ;; *) return 1 ;; esac
}

same "each circuit has one row" "$(for f in templates/circuits/*.cir; do basename "$f" .cir; done | sort)" "$(rows | cut -d' ' -f1 | sort)"
missing() { # what each row lacks; nothing if all is there
    rows | while read -r circuit page design deck; do
        grep -qw "$circuit" "doc/$page" || echo "$circuit: not on $page"
        case $page:$circuit in circuits.md:*) grep -q "^## $circuit" "doc/$page" || echo "$circuit: no section of $page" ;; esac
        reaches "$design" "$circuit" || echo "$circuit: not in $design.xml"
        grep -qE "^\.subckt $circuit( |\$)" "netlists/$deck" || echo "$circuit: not in $deck"
        grep -q "\"netlists/$design.xml\", \"[^\"]*\", \"netlists/$deck\"" $golden || echo "$circuit: $deck of $design is not a golden one"
    done
}
same "page, design and deck hold it" "" "$(missing)"
same "every golden deck of netlists is in the index or of an indexed design" "" \
    "$(for f in netlists/*/*.cir; do rows | grep -q " $(basename "$(dirname "$f")") " || echo "$f"; done)"
same "every golden deck of netlists is compared" "$(ls netlists/*/*.cir)" "$(grep -o '"netlists/[^"]*\.cir"' $golden | tr -d '"' | sort)"
finish
