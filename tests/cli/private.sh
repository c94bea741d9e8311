#!/bin/sh
# Finding a hub and starting a private one: races, deaths, strangers, upstreams that are not there.
. "$(dirname "$0")/lib"
stranger= hub=
finish() {
    [ -z "$stranger" ] || kill "$stranger" 2>/dev/null
    [ -z "$hub" ] || kill "$hub" 2>/dev/null
    for target in --demo "--kubeconfig $dir/dead"; do "$nocturne" hub stop $target >/dev/null 2>&1; done
    wait
    rm -rf "$dir"
}
hubs() { # private hubs of this test's folder that are alive
    for p in /proc/[0-9]*; do
        [ "$(readlink "$p/exe" 2>/dev/null)" = "$(readlink -f "$nocturne")" ] || continue
        tr '\0' '\n' <"$p/environ" 2>/dev/null | grep -qx "HOME=$dir" && tr '\0' ' ' <"$p/cmdline" | grep -q 'hub --private' && echo "${p#/proc/}"
    done
}

# Many at once start one hub.
pids=
for i in 1 2 3 4 5 6; do "$nocturne" get fleet --demo >"$dir/out.$i" 2>"$dir/err.$i" & pids="$pids $!"; done
all=0
for p in $pids; do wait "$p" || all=1; done
[ $all = 0 ] && echo "ok all_of_six_get_an_answer" || { echo "not ok all_of_six_get_an_answer"; cat "$dir"/err.*; }
[ "$(hubs | wc -l)" = 1 ] && echo "ok and_there_is_one_hub" || echo "not ok and_there_is_one_hub: $(hubs)"

# A hub that was killed is started again.
kill -9 $(hubs)
n get fleet --demo; check a_killed_hub_is_started_again $? 0 'of 1,200 sites' out
n hub stop --demo; check it_stops $? 0
flock -n "$dir/state/nocturne/demo/journal.db.lock" true && echo "ok and_its_store_is_free_when_stop_returns" || echo "not ok and_its_store_is_free_when_stop_returns"

# A demo hub in the foreground keeps to its user's folders, and is the one that --demo finds.
: >"$dir/hub.err"
"$nocturne" hub --demo --clusters 7 >/dev/null 2>"$dir/hub.err" & hub=$!
while kill -0 "$hub" 2>/dev/null && ! grep -q listening "$dir/hub.err"; do sleep 0.05; done
n get fleet --demo; check a_demo_hub_in_the_foreground_is_where_demo_looks $? 0 'of 7 sites' out
"$nocturne" hub --demo --state "$dir/second" >/dev/null 2>"$dir/err"; check a_second_one_is_refused $? 6 'another process is listening' err
[ ! -e "$dir/second" ] && echo "ok and_changes_nothing" || echo "not ok and_changes_nothing"
kill "$hub"; wait "$hub"; hub=

# Somebody else's socket, another version.
serve() { # FILE ANSWER [uid]: a server of one answer on a Unix socket
    python3 - "$1" "$2" "${3:-}" <<'P' &
import os, socket, sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])
if sys.argv[3]: os.setuid(int(sys.argv[3]))
s.listen(8)
while True:
    c, _ = s.accept()
    if not c.recv(65536): c.close(); continue
    b = sys.argv[2].encode(); c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(b) + b); c.close()
P
    stranger=$!
    while [ ! -S "$1" ] || ! python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])' "$1" 2>/dev/null; do :; done
}
serve "$dir/other.sock" '{"api":2,"version":"9.0"}'
n get clusters --hub "$dir/other.sock"; check a_hub_of_another_api_is_refused $? 14 'hub stop' err
kill "$stranger"; wait "$stranger" 2>/dev/null
if [ "$(id -u)" = 0 ]; then
    rm -f "$dir/run/nocturne/demo/hub.sock"
    serve "$dir/run/nocturne/demo/hub.sock" '{"api":1}' 65534
    n get clusters --demo; check a_strangers_hub_is_not_talked_to $? 4 'another user' err
    kill "$stranger"; wait "$stranger" 2>/dev/null
    rm -f "$dir/run/nocturne/demo/hub.sock"
else
    echo "skip a_strangers_hub_is_not_talked_to"
fi
stranger=

# An upstream that is not there.
printf 'current-context: a\ncontexts: [{name: a, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]\n' >"$dir/dead"
n get clusters --kubeconfig "$dir/dead" --wait 1s; check what_is_missing_is_said $? 11 'not the whole fleet' err
check with_the_fault 0 0 'onnect' err
n get clusters store-0001 --kubeconfig "$dir/dead" --wait 1s; check a_name_may_be_of_what_is_missing $? 11 'no cluster store-0001 in what is loaded' err
n get sources --kubeconfig "$dir/dead" --wait 1s; check the_sources_tell_too $? 11 retrying out
n maintenance start a --for 1h --reason x --kubeconfig "$dir/dead" --wait 1s; check nothing_is_done_to_half_a_fleet $? 11 'nothing was done' err
n hub stop --kubeconfig "$dir/dead"

# A kubeconfig that is refused.
printf 'current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: "https://h"}}]\nusers: [{name: u, user: {exec: {command: x}}}]\n' >"$dir/exec"
n --kubeconfig "$dir/exec"; check an_exec_plugin_is_refused_where_it_stands $? 2 'exec:4:' err
n get clusters --kubeconfig "$dir/exec" --context b; check a_context_that_is_none $? 5 'there are: a' err

# A hub of one's own choice.
"$nocturne" hub --demo --clusters 30 --socket "$dir/own.sock" --state "$dir/own" 2>"$dir/hub.log" &
hub=$!
while ! "$nocturne" hub status --hub "$dir/own.sock" >/dev/null 2>&1 && kill -0 "$hub"; do :; done
n get fleet --hub "$dir/own.sock"; check a_hub_by_its_socket $? 0 'of 30 sites' out
NOCTURNE_HUB="$dir/own.sock" n get fleet; check a_hub_by_the_environment $? 0 'of 30 sites' out
n hub --demo --socket "$dir/own.sock" --state "$dir/own2"; check a_living_socket_is_not_taken $? 6
n hub --demo --socket "$dir/own2.sock" --state "$dir/own"; check nor_a_journal $? 6 journal err
n hub stop --hub "$dir/own.sock"; check it_stops_too $? 0
wait "$hub"; [ $? = 0 ] && echo "ok and_its_exit_is_clean" || echo "not ok and_its_exit_is_clean"
hub=
