#!/bin/sh
# Fail on a function over 80 lines or over complexity 15 (pmccabe, a switch is one), and on a file over 800 lines.
cd "$(dirname "$0")/../.." || exit 2
bad=0
find src -name '*.c' | sort | xargs pmccabe | awk '
    $1 > 15 { print $6 " " $7 ": complexity " $1 " (at most 15)"; bad = 1 }
    $5 > 80 { print $6 " " $7 ": " $5 " lines (at most 80)"; bad = 1 }
    END { exit bad }' || bad=1
find src -name '*.[ch]' -exec wc -l {} + | awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines (at most 800)"; bad = 1 } END { exit bad }' || bad=1
exit $bad
