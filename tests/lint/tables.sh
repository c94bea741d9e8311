#!/bin/sh
# Fail if a name in a shipped file or in docs/ is not in the code's table, or one of the table is nowhere to be found.
cd "$(dirname "$0")/../.." || exit 2
bad=0
say() { echo "$*"; bad=1; }
# in NAME LIST-OF-NAMES
in_list() { printf '%s\n' "$2" | grep -qx -- "$1"; }
# documented FILE NAMES…: each stands in backquotes
documented() {
    file=$1; shift
    for name; do
        grep -q "\`$name\`" "$file" || grep -q "[\`.]$name\`" "$file" || say "$file: '$name' is not there"
    done
}
table() { sed -n "/$2/,/^};/p" "$1"; }

actions=$(table src/console/action.c '^const struct action action_table' | sed -n 's/^ *{ "\([a-z-]*\)".*/\1/p')
bound=$(sed -n '/^keys:/,$s/^  .*: \([a-z-]*\)\( .*\)\{0,1\}$/\1/p' keymaps/*.yaml | sort -u)
[ "$(printf '%s\n' "$actions" | wc -l)" -gt 20 ] || say "src/console/action.c: the table was not found"
for name in $bound; do
    in_list "$name" "$actions" || say "keymaps: no action '$name'"
done
# What has no key is for the command line, and there worth typing: it takes an argument.
for name in $actions; do
    in_list "$name" "$bound" && continue
    table src/console/action.c '^const struct action action_table' | grep -q "{ \"$name\",.*ARGUMENT_[A-Z]*, \"" ||
        say "src/console/action.c: '$name' has no key in keymaps/default.yaml and takes no argument"
done

panels=$(table src/console/panel/panel.c '^const struct panel_class panel_classes' |
    awk -F'"' '/\.name = / { name = $2 } /\.frame = true/ { name = "" } /\.draw = / { if (name != "") print name }')
[ -n "$panels" ] || say "src/console/panel/panel.c: the table was not found"
for name in $(grep -ho 'panel: *[a-z-]*' views/*.yaml | sed 's/.*: *//' | sort -u); do
    in_list "$name" "$panels" || say "views: no panel '$name'"
done
# shellcheck disable=SC2086
documented docs/views.md $panels

roles=$(table src/ui/theme.c '^static const char \*const role_names' | sed -n 's/.*= "\([a-z0-9-]*\)".*/\1/p' | grep -v '^background$')
for theme in themes/*.yaml; do
    for name in $(sed -n 's/^  \([a-z0-9-]*\):.*/\1/p' "$theme"); do
        in_list "$name" "$roles" || say "$theme: no role '$name'"
    done
    for name in $roles; do
        grep -q "^  $name:" "$theme" || say "$theme: role '$name' is missing"
    done
done
# shellcheck disable=SC2086,SC2046
documented docs/themes.md $(printf '%s\n' $roles | grep -v '[1-6]$')

# What hub.yaml and the environment may say.
for name in $(table src/hub/config.c '^static const char \*const top_keys' | sed '/binding_keys/,/NULL/!{/_only/,$d}' | grep -o '"[a-z]*"' | tr -d '"' | sort -u); do
    grep -qw "$name" docs/configuration.md || say "docs/configuration.md: '$name' is not there"
done
for name in $(grep -rho 'getenv("[A-Z_]*")' src | sed 's/.*"\(.*\)".*/\1/' | sort -u); do
    case $name in HOME|NOCTURNE_FAILPOINT) continue ;; esac
    grep -q "\`$name\`" docs/configuration.md || say "docs/configuration.md: '$name' is not there"
done
exit $bad
