#!/bin/sh
# Every command with --read-only: a relay before the hub sees nothing but GET. As a viewer: the hub refuses every write,
# and its journal is as it was.
. "$(dirname "$0")/lib"
hub= relay=
finish() { kill $hub $relay 2>/dev/null; wait; rm -rf "$dir"; }
start() { # ROLE: a hub on 60 stores, its user in that role
    printf 'sources: [{name: demo, kind: simulated, clusters: 60}]\nbindings: [{uid: %d, role: %s}]\n' "$(id -u)" "$1" >"$dir/hub.yaml"
    "$nocturne" hub --config "$dir/hub.yaml" --socket "$dir/hub.sock" --state "$dir/journal" 2>>"$dir/hub.log" &
    hub=$!
    while ! "$nocturne" hub status --hub "$dir/hub.sock" >/dev/null 2>&1; do kill -0 $hub || exit 1; done
}
entries() { python3 -c 'import sqlite3,sys; print(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute("select count(*), max(seq) from audit").fetchone())' "$dir/journal/journal.db"; }

# What each command is asked to do, and what it must exit with: under --read-only, and as a viewer.
cat >"$dir/commands" <<'LIST'
0 0 console
0 0 get clusters
0 0 get clusters -o wide -l state!=down --sort-by -since
0 0 get clusters store-0001 -o json
0 0 get fleet
0 0 get tags
0 0 get tags region
0 0 get sources -o yaml
0 0 get maintenance
0 0 get maintenance --all -o ndjson
0 0 describe cluster store-0001
0 0 frame map
0 0 frame table
0 0 frame cluster
0 0 frame sources
0 0 frame audit
0 0 frame help
0 0 audit list
0 0 audit list --since 2h -o json
3 3 audit verify
0 0 audit export
9 4 audit recover
0 0 whoami
0 0 whoami -o json
9 4 maintenance start store-0001 --for 1h --reason why --dry-run
9 4 maintenance start store-0001 --for 1h --reason why
9 4 maintenance start -l region=west-coast --for 1h --reason why --confirm 15 --force
9 4 maintenance start --all --for 1h --reason why --confirm 60 --accept-moved
9 4 maintenance end store-0001 --dry-run
9 4 maintenance end store-0001
9 4 maintenance end w-0123456789abcdef
0 0 hub status
9 4 hub stop
LIST
for name in $("$nocturne" help | sed -n 's/^  nocturne \[*\([a-z]*\).*/\1/p' | sort -u); do
    case $name in check|version|help) continue ;; esac # these talk to no hub
    grep -q "^[0-9]* [0-9]* $name" "$dir/commands" || echo "not ok the_command_${name}_is_driven"
done

start admin
python3 tests/cli/relay.py "$dir/relay.sock" "$dir/hub.sock" "$dir/relay.log" &
relay=$!
while ! [ -S "$dir/relay.sock" ]; do kill -0 $relay || exit 1; done
before=$(entries)
while read -r expected _ words; do
    # shellcheck disable=SC2086
    n $words --read-only --hub "$dir/relay.sock"
    check "read_only: $words" $? "$expected"
done <"$dir/commands"
mkfifo "$dir/lines"
"$nocturne" get clusters -w -o ndjson --read-only --hub "$dir/relay.sock" >"$dir/lines" 2>/dev/null &
watcher=$!
head -n 1 <"$dir/lines" >"$dir/out"
check a_watch_is_read_too 0 0 '^{' out
kill $watcher; wait $watcher
same only_get_was_sent "$(grep -vc '^GET ' "$dir/relay.log")" 0
same and_that_was_much "$(awk 'END { print (NR > 40) }' "$dir/relay.log")" 1
same the_journal_is_as_it_was "$(entries)" "$before"
n maintenance start store-0001 --for 1h --reason 'the relay works' --hub "$dir/relay.sock"
check without_it_one_writes $? 0
same and_the_relay_sees_that "$(grep -c '^POST /v1/maintenance ' "$dir/relay.log")" 2
n --read-only --hub "$dir/relay.sock" maintenance end store-0001; check it_may_stand_before_the_command $? 9 'read-only session' err
n maintenance end store-0001 --hub "$dir/hub.sock"
kill $hub; wait $hub

start viewer
before=$(entries)
while read -r _ expected words; do
    # shellcheck disable=SC2086
    n $words --hub "$dir/hub.sock"
    check "viewer: $words" $? "$expected"
done <"$dir/commands"
n hub stop --hub "$dir/hub.sock"; check a_viewer_is_told_which_role_it_takes $? 4 'admin' err
n maintenance start store-0001 --for 1h --reason why --hub "$dir/hub.sock"; check and_for_what $? 4 'takes the role of operator' err
python3 - "$dir/hub.sock" docs/openapi.yaml <<'POSTS' >"$dir/out"
import re, socket, sys
path = None
for line in open(sys.argv[2]):
    if m := re.match(r"  (/\S*):", line):
        path = m[1].replace("{id}", "w-0123456789abcdef")
    elif m := re.match(r"    (post|put|patch|delete):", line):
        s = socket.socket(socket.AF_UNIX)
        s.connect(sys.argv[1])
        s.sendall(f"{m[1].upper()} {path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nContent-Type: application/json\r\n"
                  "Idempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}".encode())
        print(path, s.makefile().readline().split()[1])
POSTS
same every_route_that_writes_is_refused "$(sed 's/.* //' "$dir/out" | sort | uniq -c | tr -s ' ')" ' 5 403'
same nothing_was_written "$(entries)" "$before"
