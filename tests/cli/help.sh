#!/bin/sh
# The tables of commands and options, as the binary tells them.
nocturne=$NOCTURNE_BUILD/nocturne
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
check() { # NAME STATUS EXPECTED-EXIT [PATTERN FILE]
    if [ "$2" = "$3" ] && { [ $# -lt 4 ] || grep -q -- "$4" "$5"; }; then echo "ok $1"
    else echo "not ok $1 (exit $2)"; [ $# -lt 4 ] || cat "$5"; fi
}
"$nocturne" version >"$dir/out" 2>"$dir/err"; check version_says_its_number $? 0 '^nocturne [0-9]' "$dir/out"
"$nocturne" --version >"$dir/out" 2>"$dir/err"; check the_flag_does_the_same $? 0 '^nocturne [0-9]' "$dir/out"
"$nocturne" help >"$dir/out" 2>"$dir/err"; check help_lists_the_commands $? 0 'nocturne version' "$dir/out"
"$nocturne" help version >"$dir/out" 2>"$dir/err"; check help_of_one_command $? 0 'usage: nocturne version' "$dir/out"
"$nocturne" version --help >"$dir/out" 2>"$dir/err"; check a_commands_own_help $? 0 'usage: nocturne version' "$dir/out"
"$nocturne" verison >"$dir/out" 2>"$dir/err"; check a_typo_is_guessed $? 2 "did you mean 'version'" "$dir/err"
"$nocturne" version --hepl >"$dir/out" 2>"$dir/err"; check a_typo_in_an_option_too $? 2 "did you mean '--help'" "$dir/err"
"$nocturne" version --help=x >"$dir/out" 2>"$dir/err"; check a_flag_takes_no_value $? 2 'takes no value' "$dir/err"
"$nocturne" help nothing >"$dir/out" 2>"$dir/err"; check no_such_command $? 2 "no command 'nothing'" "$dir/err"
"$nocturne" help >/dev/full 2>"$dir/err"; check a_full_disk_is_told $? 12 'standard output' "$dir/err"
"$nocturne" help --markdown >"$dir/out" 2>"$dir/err"; check help_as_a_page $? 0 '^## maintenance' "$dir/out"
cmp -s "$dir/out" docs/commands.md && echo "ok the_page_is_the_one_in_docs" || { echo "not ok the_page_is_the_one_in_docs: build/nocturne help --markdown >docs/commands.md"; diff "$dir/out" docs/commands.md | head -n 10; }
{ "$nocturne" help selector; echo; "$nocturne" help fields | sed 's/^# /## /'; } >"$dir/out"
cmp -s "$dir/out" docs/selector.md && echo "ok selectors_are_explained_in_docs" || { echo "not ok selectors_are_explained_in_docs: build/nocturne help selector, then fields one level deeper"; diff "$dir/out" docs/selector.md | head -n 10; }
# Every example of that page parses, and its commands run.
sed -n 's/^| `\([^|]*\)` | .*/\1/p' docs/selector.md | sed '/^[a-z.]*$/d' >"$dir/terms"
while IFS= read -r term; do "$nocturne" get clusters --hub "$dir/none" -l "$term" 2>"$dir/err"; code=$?; check "it_parses: $term" $code 10; done <"$dir/terms"
[ "$(wc -l <"$dir/terms")" -gt 10 ] && echo "ok all_examples_were_tried" || echo "not ok all_examples_were_tried"
