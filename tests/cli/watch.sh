#!/bin/sh
# `get clusters -w` follows what changes, what joins a selection and what leaves it.
. "$(dirname "$0")/lib"
mkfifo "$dir/lines"
finish() { [ -z "$watcher" ] || kill "$watcher" 2>/dev/null; "$nocturne" hub stop --demo >/dev/null 2>&1; rm -rf "$dir"; }
next() { # the next line that has a pattern
    while IFS= read -r line <&3; do
        case $line in *"$1"*) return 0 ;; esac
    done
    return 1
}
"$nocturne" get clusters --demo -w -o ndjson -l 'state=maintenance' >"$dir/lines" 2>"$dir/err" &
watcher=$!
exec 3<"$dir/lines"
# The watch prints nothing at first, so wait until its stream is open.
while ! "$nocturne" hub status --demo 2>/dev/null | grep -q 'streams: 1'; do :; done
"$nocturne" maintenance start store-0009 --for 2h --reason 'a test' --demo >/dev/null 2>&1 || echo "not ok start"
next '"id":"demo:store-0009"' && echo "ok what_joins_is_printed" || echo "not ok what_joins_is_printed"
"$nocturne" maintenance end store-0009 --demo >/dev/null 2>&1 || echo "not ok end"
next '{"id":"demo:store-0009","left":true}' && echo "ok what_leaves_is_said" || echo "not ok what_leaves_is_said"
"$nocturne" hub stop --demo || echo "not ok stop"
"$nocturne" maintenance start store-0010 --for 2h --reason "a test" --demo >"$dir/out" 2>&1 || { echo "not ok restart"; cat "$dir/out"; }
next '"id":"demo:store-0010"' && echo "ok a_restarted_hub_is_followed" || echo "not ok a_restarted_hub_is_followed"
kill "$watcher"; wait "$watcher"; [ $? = 0 ] && echo "ok a_signal_ends_it" || echo "not ok a_signal_ends_it"
watcher=
exec 3<&- # or the next would read from itself
"$nocturne" get clusters --demo -w -o csv -l 'name=nobody' >"$dir/lines" 2>"$dir/err" &
watcher=$!
exec 3<"$dir/lines"
next name && echo "ok a_name_may_be_waited_for" || echo "not ok a_name_may_be_waited_for"
exec 3<&-
wait "$watcher"; [ $? = 12 ] && [ ! -s "$dir/err" ] && echo "ok and_ends_quietly_when_nobody_reads" || { echo "not ok and_ends_quietly_when_nobody_reads"; cat "$dir/err"; }
watcher=
"$nocturne" get clusters --demo -w nobody >"$dir/out" 2>"$dir/err"
[ $? = 5 ] && grep -q "'name=nobody'" "$dir/err" && echo "ok an_unknown_name_is_not_followed" || echo "not ok an_unknown_name_is_not_followed"
