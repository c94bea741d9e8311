#!/bin/sh
# `check`: sound and broken files of every kind.
. "$(dirname "$0")/lib"
n() { "$nocturne" check "$@" >"$dir/out" 2>"$dir/err"; }
n; check the_shipped_files_are_sound $? 0 'views/map.yaml: a sound view' out
mkdir -p "$dir/config/nocturne/views"
printf 'name: mine\nrows: 7\n' >"$dir/config/nocturne/views/mine.yaml"
n; check a_users_file_is_checked_too $? 2 'mine.yaml:2:7' err
printf 'roles: {}\nbackground: nothing\n' >"$dir/theme.yaml"
n "$dir/theme.yaml"; check a_theme $? 2 'theme.yaml:' err
printf 'name: x\nkeys: {enter: opne}\n' >"$dir/keymap.yaml"
n "$dir/keymap.yaml"; check a_keymap $? 2 'keymap.yaml:2:' err
printf 'dialect: x\nresources: []\n' >"$dir/dialect.yaml"
n "$dir/dialect.yaml"; check a_dialect $? 2 'dialect.yaml:' err
printf 'sources: []\nrolse: x\n' >"$dir/hub.yaml"
n "$dir/hub.yaml"; check a_hub_configuration $? 2 'hub.yaml:' err
printf 'contexts: []\ncurrent-context: a\n' >"$dir/kubeconfig"
n "$dir/kubeconfig"; check a_kubeconfig $? 2 "no context 'a'" err
printf 'a: b\n' >"$dir/other"
n "$dir/other"; check what_is_none_of_these $? 2 'is it a view' err
n "$dir/absent"; check a_file_that_is_not_there $? 2 absent err
n "$dir/theme.yaml" "$dir/keymap.yaml"; check each_is_told $? 2 '2 files are not sound' err
