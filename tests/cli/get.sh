#!/bin/sh
# What `nocturne get` prints, to whom, and what it refuses.
nocturne=$NOCTURNE_BUILD/nocturne
dir=$(mktemp -d) || exit 1
export HOME="$dir" XDG_RUNTIME_DIR="$dir/run" XDG_STATE_HOME="$dir/state" XDG_CONFIG_HOME="$dir/config"
unset KUBECONFIG NOCTURNE_HUB
mkdir -m 700 "$dir/run"
finish() { "$nocturne" hub stop --demo >/dev/null 2>&1; rm -rf "$dir"; }
trap finish EXIT
n() { "$nocturne" "$@" --demo >"$dir/out" 2>"$dir/err" </dev/null; }
check() { # NAME STATUS EXPECTED-EXIT [PATTERN FILE]
    if [ "$2" = "$3" ] && { [ $# -lt 4 ] || grep -q -- "$4" "$dir/$5"; }; then echo "ok $1"
    else echo "not ok $1 (exit $2)"; head -n 20 "$dir/out" "$dir/err" | cut -c1-200; fi
}
same() { if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: '$2' is not '$3'"; fi; }

# ---- descriptors that are closed
"$nocturne" get clusters --demo -o name <&- >"$dir/out" 2>"$dir/err"; check without_an_input $? 0 '^store-0042$' out
"$nocturne" get clusters --demo -o name 2>&- >"$dir/out" </dev/null; check without_a_place_for_errors $? 0 '^store-0042$' out
"$nocturne" get clusters --demo -o name >&- 2>"$dir/err" </dev/null; check without_an_output_it_says_so $? 12 'standard output' err
"$nocturne" frame --demo <&- >&- 2>&-; check without_any_of_them $? 12

# ---- names that nobody has
n get clusters -l regoin=west; check a_misspelt_tag_is_guessed $? 0 "no cluster has a tag 'regoin'.*did you mean 'region'" err
n get fleet -l 'stat=down'; check a_misspelt_field_too $? 0 "did you mean 'state'" err
n get clusters -l 'region=west-coast,!ticket,state!=down'; check what_is_known_is_no_news $? 0 "tag 'ticket'" err
same in_one_line "$(wc -l <"$dir/err")" 1
