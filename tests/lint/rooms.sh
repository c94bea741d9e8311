#!/bin/sh
# Fail if a file in src/ includes a header that src/ROOMS does not allow its room: rooms by the second column,
# third-party and system headers by the third, which is an allow-list (the row `*` is for every room).
cd "$(dirname "$0")/../.." || exit 2
find src -name '*.[ch]' | sort | xargs awk '
    function room(path) {
        sub(/\/[^\/]*$/, "", path)
        return path == "src" ? "." : substr(path, 5)
    }
    BEGIN {
        while ((getline line < "src/ROOMS") > 0) {
            if (line ~ /^#/ || line !~ /:/)
                continue
            split(line, half, /[:|]/)
            name = half[1]; gsub(/[ \t]/, "", name)
            known[name] = 1
            may[name, name] = 1
            n = split(half[2], list, /[ \t]+/)
            for (i = 1; i <= n; i++)
                may[name, list[i]] = 1
            n = split(half[3], list, /[ \t]+/)
            for (i = 1; i <= n; i++)
                if (list[i] != "")
                    may[name, list[i]] = 1
        }
    }
    FNR == 1 {
        here = room(FILENAME)
        if (!(here in known)) {
            print FILENAME ": no such room in src/ROOMS"; bad = 1
        }
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, q, "\"")
        if (q[2] !~ /\//) {
            print FILENAME ":" FNR ": name the room: \"" q[2] "\""; bad = 1
            next
        }
        there = room("src/" q[2])
        if (!((here, there) in may)) {
            print FILENAME ":" FNR ": " here " may not include " there; bad = 1
        }
    }
    /^[ \t]*#[ \t]*include[ \t]*</ {
        split($0, a, /[<>]/)
        if (!((here, a[2]) in may) && !(("*", a[2]) in may) && FILENAME != "src/base/banned.h") {
            print FILENAME ":" FNR ": <" a[2] "> does not belong in " here; bad = 1
        }
    }
    END { exit bad }
'
