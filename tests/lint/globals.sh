#!/bin/sh
# Fail if an object file holds mutable file-scope state that is not allowed below.
# A static inside a function counts: it is the same thing, better hidden.
# Const tables with pointers are in .data.rel.ro and pass.
allowed='^(log_sink|term_saved)$'
find "${1:-build}/src" -name '*.o' | sort | while read -r object; do
    objdump -t "$object" |
        awk -v o="$object" '$3 == "O" && $4 ~ /^\.t?(data|bss)(\.|$)/ && $4 !~ /^\.data\.rel\.ro/ { print o, $NF }'
done | awk -v allowed="$allowed" '
    { name = $2; sub(/\.[0-9]+$/, "", name) }
    name !~ allowed { print $1 ": mutable global " name; bad = 1 }
    END { exit bad }'
