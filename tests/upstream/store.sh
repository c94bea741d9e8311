# The store under a hub over the real server: corrupt, newer, read-only, full. The fleet is shown all the same, writes
# are refused with the reason, recovery works.
. "$(dirname "$0")/lib"
state=$home/state/nocturne/kept
socket=$home/run/nocturne/kept/hub.sock
door="--hub $socket"
hub=
start_hub() {
    "$n" hub --private kept --kubeconfig "$KUBECONFIG" >/dev/null 2>&1 &
    hub=$!
    check "$1: the hub starts" until_true 30 ask /healthz
    stay
}
end_hub() { kill $hub 2>/dev/null; wait $hub 2>/dev/null; }
trap 'kill -KILL $hub 2>/dev/null; umount "$home/small" 2>/dev/null; finish' EXIT
loaded() { [ "$(source_says synced)" = true ]; }
shown() { until_true 60 loaded && client get fleet && [ "$(count '')" -ge "$total" ]; }

maintain() { client maintenance start "$(client get clusters -o name | sed -n "$1p")" --for 1h --reason "store $1"; }
refused() { maintain "$1" >"$home/out" 2>&1 && return 1; grep -i "$2" "$home/out"; }
whole() { client audit verify >"$home/out" 2>&1; not grep -i tampered "$home/out" && grep 'head ' "$home/out"; }

start_hub "a store of its own"
until_true 60 loaded
total=$(count '')
check "a window is opened" maintain 1
check "two hubs on one store: the second is refused" \
    sh -c "'$n' hub --kubeconfig '$KUBECONFIG' --socket '$home/other.sock' --state '$state' 2>&1 | grep -i 'another hub'"
sleep 3
end_hub
cp -a "$state" "$home/sound"
again() { end_hub; rm -rf "$state"; cp -a "$home/sound" "$state"; }

again
printf 'this is no database, it is a letter to nobody%4000s' x >"$state/cache.db"; rm -f "$state"/cache.db-*
start_hub "cache.db corrupt"
check "cache.db corrupt: the fleet is shown" shown
check "cache.db corrupt: writes work" maintain 2
again
python3 -c "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('pragma user_version = 99'); db.commit()" "$state/cache.db"
start_hub "cache.db newer"
check "cache.db newer: the fleet is shown" shown
check "cache.db newer: writes work" maintain 2
again
rm -f "$state"/cache.db*; mkdir "$state/cache.db" # nobody can write that, root neither
start_hub "cache.db cannot be written"
check "cache.db cannot be written: the fleet is shown" shown
check "cache.db cannot be written: writes work" maintain 2

again
dd if=/dev/urandom of="$state/journal.db" bs=1024 seek=1 count=40 conv=notrunc 2>/dev/null; rm -f "$state"/journal.db-*
start_hub "journal.db corrupt"
check "journal.db corrupt: the fleet is shown" shown
check "journal.db corrupt: writes are refused with the reason" refused 2 'journal'
check "journal.db corrupt: get sources and hub status answer" client hub status
check "journal.db corrupt: recover opens a new segment" client audit recover
check "journal.db corrupt: the chain goes on" whole
check "journal.db corrupt: writes work again" maintain 3
check "journal.db corrupt: the old file is kept" sh -c "ls '$state'/journal.db.[0-9]*"
again
python3 -c "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('pragma user_version = 99'); db.commit()" "$state/journal.db"
start_hub "journal.db newer"
check "journal.db newer: the fleet is shown" shown
check "journal.db newer: writes are refused with the reason" refused 2 'newer'
check "journal.db newer: recover leaves the file alone" not client audit recover
end_hub
check "journal.db newer: and it is as it was" \
    [ "$(python3 -c "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('pragma user_version').fetchone()[0])" "$state/journal.db")" = 99 ]

if [ "$(id -u)" = 0 ] && mkdir -p "$home/small" && mount -t tmpfs -o size=16m none "$home/small" 2>/dev/null; then
    again
    rm -rf "$home/small/kept"; cp -a "$home/sound/." "$home/small" 2>/dev/null; rm -f "$home"/small/cache.db* "$home"/small/hub.log
    rm -rf "$state"; ln -s "$home/small" "$state"
    start_hub "disk full"
    check "disk full: a window is opened while there is room" maintain 2
    dd if=/dev/zero of="$home/small/ballast" bs=4096 2>/dev/null
    fill() { for i in 4 5 6 7 8 9; do refused $i 'full\|disk\|journal' && return 0; done; return 1; }
    check "disk full: writes are refused with the reason" fill
    check "disk full: the fleet is shown" shown
    rm -f "$home/small/ballast"
    check "disk full: with room again, recover goes on with the same file" client audit recover
    check "disk full: the chain is whole" whole
    check "disk full: writes work again" maintain 10
    end_hub
    mount -o remount,ro "$home/small"
    start_hub "read-only"
    check "read-only: the fleet is shown" shown
    check "read-only: writes are refused with the reason" refused 11 'read-only\|readonly\|journal'
    mount -o remount,rw "$home/small"
    check "read-only: with rights again, recover goes on" client audit recover
    check "read-only: writes work again" maintain 12
else
    skip "disk full, read-only" "it takes root to mount a small file system"
fi
end_hub
