#!/bin/sh
# Print builtin.c: the data files given, as C.
echo '#include "base/builtin.h"'
echo 'const struct builtin builtins[] = {'
for file; do
    printf '    {"%s",\n' "$file"
    sed 's/\\/\\\\/g; s/"/\\"/g; s/^/     "/; s/$/\\n"/' "$file"
    printf '     , %d},\n' "$(wc -c <"$file")"
done
echo '    {NULL, NULL, 0},'
echo '};'
