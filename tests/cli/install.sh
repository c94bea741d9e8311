#!/bin/sh
# make install: what is put where, as PREFIX says, without compiling anything.
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
build=$(basename "$NOCTURNE_BUILD")
cd "$(dirname "$0")/../.." || exit 1
check() { if [ "$2" = 0 ]; then echo "ok $1"; else echo "not ok $1"; head -n 20 "$dir/out"; fi; }

make -s -o "$build/nocturne" B="$build" CC=false install DESTDIR="$dir/stage" PREFIX=/opt/x >"$dir/out" 2>&1; check it_installs_without_a_compiler $?
unit=$dir/stage/opt/x/lib/systemd/system/nocturne-hub.service
grep -q '^ExecStart=/opt/x/bin/nocturne hub ' "$unit"; check the_unit_runs_what_was_installed $?
[ "$(stat -c %a "$unit")" = 644 ]; check and_can_be_read $?
"$dir/stage/opt/x/bin/nocturne" version >"$dir/out" 2>&1; check the_binary_runs $?
! nm "$dir/stage/opt/x/bin/nocturne" 2>/dev/null | grep -q .; check and_is_stripped $?
user=$(sed -n 's/^User=//p' "$unit")
grep -q "^u $user " "$dir/stage/opt/x/lib/sysusers.d/nocturne.conf"; check its_user_is_made_by_sysusers $?
if command -v systemd-sysusers >/dev/null; then
    mkdir -p "$dir/stage/etc"
    systemd-sysusers --root="$dir/stage" nocturne.conf >"$dir/out" 2>&1 || systemd-sysusers --root="$dir/stage" "$dir/stage/opt/x/lib/sysusers.d/nocturne.conf" >"$dir/out" 2>&1
    grep -q "^$user:" "$dir/stage/etc/passwd"; check which_knows_what_it_says $?
else
    echo "skip which_knows_what_it_says"
fi
if command -v systemd-analyze >/dev/null; then
    sed "s|/opt/x/bin|$dir/stage/opt/x/bin|" "$unit" >"$dir/nocturne-hub.service"
    systemd-analyze verify "$dir/nocturne-hub.service" >"$dir/out" 2>&1; code=$?
    [ $code = 0 ] && ! grep -q nocturne-hub "$dir/out"; check systemd_takes_the_unit $?
else
    echo "skip systemd_takes_the_unit"
fi
