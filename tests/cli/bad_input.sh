#!/bin/sh
# What people write by hand, wrong in each field: every mistake is FILE:LINE:COLUMN with a hint, and nothing else goes down.
. "$(dirname "$0")/lib"
mine=$dir/config/nocturne
mkdir -p "$mine/views" "$mine/themes" "$mine/keymaps" "$mine/dialects"
check() { # NAME STATUS EXPECTED-EXIT [PATTERN FILE]
    if [ "$2" = "$3" ] && { [ $# -lt 4 ] || grep -qF -- "$4" "$dir/$5"; }; then echo "ok $1"
    else echo "not ok $1 (exit $2)"; head -n 20 "$dir/out" "$dir/err"; fi
}

# bad KIND LINE:COLUMN HINT, the file on stdin: `check` ends with 2 and says it, at that place, in one line.
bad() {
    cat >"$dir/$1.yaml"
    n check "$dir/$1.yaml"; code=$?
    if [ $code = 2 ] && grep -F "$1.yaml:$2: " "$dir/err" | grep -qF -- "$3"; then echo "ok bad_$1: $3"
    else echo "not ok bad_$1 $2 '$3' (exit $code)"; cat "$dir/err"; fi
}
# The same of a sound file with one line changed: edit KIND 's/…/…/' LINE:COLUMN HINT
edit() { sed "$2" "$dir/sound.$1" | bad "$1" "$3" "$4"; }

# ---- hub.yaml
cat >"$dir/sound.hub" <<'YAML'
name: jump
fleet: Retail
listen: /run/x/hub.sock
state: /var/lib/x
sources:
  - name: demo
    kind: simulated
    clusters: 20
    seed: 7
    speed: 2
bindings:
  - user: alice
    role: operator
    within: region=west
YAML
cp "$dir/sound.hub" "$dir/hub.yaml"; n check "$dir/hub.yaml"; check a_sound_hub_yaml $? 0 'a sound hub configuration' out
edit hub 's/^name: .*/name: Not_A_Label/' 1:7 'a DNS label'
edit hub 's/^name: .*/nmae: jump/' 1:1 "did you mean 'name'"
edit hub 's/^fleet: .*/fleet: [a]/' 2:8 'fleet'
edit hub 's/^fleet: .*/fleet: ""/' 2:8 'expected some text'
edit hub 's/^listen: .*/listen: hub.sock/' 3:9 'begins with /'
edit hub 's/^state: .*/state: here/' 4:8 'begins with /'
edit hub 's/name: demo/name: -demo/' 6:11 'a DNS label'
edit hub 's/    kind: simulated/    kind: simulatd/' 7:11 "did you mean 'simulated'"
edit hub 's/    kind: simulated/    kind: kubernetes/' 8:15 'means nothing for a source of kind kubernetes'
edit hub 's/clusters: 20/clusters: many/' 8:15 'clusters'
edit hub 's/clusters: 20/clusters: 900000/' 8:15 'expected 0 to 200000'
edit hub 's/clusters: 20/clusters: -1/' 8:15 'expected 0 to 200000'
edit hub 's/seed: 7/seed: 7.5/' 9:11 'seed'
edit hub 's/speed: 2/speed: fast/' 10:12 'a number above 0'
edit hub 's/speed: 2/speed: 0/' 10:12 'a number above 0'
edit hub 's/speed: 2/kubeconfig: x/' 10:17 'means nothing for a source of kind simulated'
edit hub 's/speed: 2/attaches: [nobody]/' 10:16 'no such source'
edit hub 's/speed: 2/speeed: 2/' 10:5 "did you mean 'speed'"
edit hub 's/user: alice/usr: alice/' 12:5 "did you mean 'user'"
edit hub 's/user: alice/uid: alice/' 12:10 'uid'
edit hub 's/user: alice/uid: 5000000000/' 12:10 'expected 0 to'
edit hub 's/role: operator/role: operater/' 13:11 "did you mean 'operator'"
edit hub 's/role: operator/group: x/' 12:5 'exactly one of user, group and uid'
edit hub '/role: operator/d' 12:5 'role is missing: one of viewer'
edit hub 's/within: .*/within: region=(/' 14:13 'within: selector: column 8'
edit hub 's/within: .*/within: state=down/' 14:13 'scope'
edit hub 's/within: .*/within: region!=west/' 14:13 'region'
edit hub '/^sources:/,/speed/d' 1:1 'is it a view (rows:)'
edit hub 's/^bindings:/bindings: 7/;/user:/,$d' 11:11 'expected a list'
edit hub 's/^fleet: .*/name: again/' 2:1 "'name'"
bad hub 1:1 'hub.yaml (sources:)' <<'YAML'
- sources
YAML
bad hub 3:12 'another source is called a already, in line 2' <<'YAML'
sources:
  - {name: a, kind: simulated}
  - {name: a, kind: simulated}
YAML
bad hub 2:3 'simulated and real ones never mix' <<'YAML'
sources:
  - {name: a, kind: simulated}
  - {name: b, kind: kubernetes}
YAML
bad hub 2:49 'expected the name of a dialect' <<'YAML'
sources:
  - {name: a, kind: kubernetes, dialects: [ocm, "No One"]}
YAML
bad hub 2:41 'fields: expected a map' <<'YAML'
sources:
  - {name: a, kind: kubernetes, fields: [latitude]}
YAML

# ---- a view
cat >"$dir/sound.view" <<'YAML'
name: mine
title: Mine
help: what I look at
digit: 7
filter: state!=healthy
group: [region, size]
colour: health
sort: -since
rows:
  - height: 4
    panels: [{panel: fleet-bar, drop: 1}]
  - height: 2fr
    panels:
      - panel: table
        width: 2fr
        min: 40x6
        with: {columns: [name, state, region]}
YAML
cp "$dir/sound.view" "$dir/view.yaml"; n check "$dir/view.yaml"; check a_sound_view $? 0 'a sound view' out
edit view 's/^name: .*/name: My View/' 1:7 'lower-case letters'
edit view 's/^name: .*//' 2:1 'a view has a name'
edit view 's/^title: .*/title: {a: b}/' 2:8 'title'
edit view 's/^help: .*/halp: x/' 3:1 "did you mean 'help'"
edit view 's/^digit: .*/digit: 12/' 4:8 'digit is 0 to 9'
edit view 's/^digit: .*/digit: seven/' 4:8 'digit'
edit view 's/^filter: .*/filter: state!=/' 5:9 'filter: selector: column'
edit view 's/^filter: .*/filter: gpus>many/' 5:9 'filter: selector: column'
edit view 's/^group: .*/group: [a, b, c]/' 6:15 'at most 2 deep'
edit view 's/^group: .*/group: [seen]/' 6:8 'does not group'
edit view 's/^group: .*/group: {}/' 6:8 'group is auto, a tag'
edit view 's/^colour: .*/colour: name/' 7:9 'gives no colours'
edit view 's/^sort: .*/sort: [a]/' 8:7 'sort is worst, a field or a tag'
edit view 's/height: 4/height: four/' 10:13 'a number of cells such as 3, or a share'
edit view 's/height: 4/height: 0/' 10:13 'a number of cells such as 3, or a share'
edit view 's/height: 4/hieght: 4/' 10:5 "did you mean 'height'"
edit view 's/panel: fleet-bar/panel: fleet-baa/' 11:22 "did you mean 'fleet-bar'"
edit view 's/panel: fleet-bar/panel: title/' 11:22 'on every screen already'
edit view 's/panel: fleet-bar/panel: zzz/' 11:22 'docs/views.md lists them'
edit view 's/drop: 1/drop: 100/' 11:39 'drop is 1'
edit view 's/panels: \[.*/panels: []/' 11:13 'a row has panels'
edit view 's/width: 2fr/width: wide/' 15:16 'a number of cells such as 3, or a share'
edit view 's/min: 40x6/min: 40/' 16:14 'WIDTHxHEIGHT'
edit view 's/with: .*/with: {colums: [name]}/' 17:16 "did you mean 'columns'"
edit view 's/with: .*/with: {columns: name}/' 17:25 'columns is a list'
edit view 's/with: .*/with: {columns: [""]}/' 17:26 'expected a field or a tag'
edit view '10,$d;s/^rows:/rows: 7/' 9:7 'a view has rows'

# ---- a theme
sed 's/^name: dark/name: mine/;/^ *#/d' themes/dark.yaml >"$dir/sound.theme"
cp "$dir/sound.theme" "$dir/theme.yaml"; n check "$dir/theme.yaml"; check a_sound_theme $? 0 'a sound theme' out
edit theme '1d' 1:1 "'name' is missing"
edit theme 's/^background: .*/background: "#11151"/' 2:13 'expected a colour such as'
edit theme 's/^background: .*/background: #11151c/' 1:1 "'background' is missing"
edit theme 's/^background: .*/backgruond: "#11151c"/' 2:1 "did you mean 'background'"
edit theme 's/  text: .*/  text: {colour: red}/' 4:18 'with its quotes'
edit theme 's/  text: .*/  text: {ansi: red}/' 4:9 "'colour' is missing"
edit theme 's/  text: .*/  text: {colour: "#c5cbd6", ansi: grey}/' 4:35 "no ANSI colour 'grey'"
edit theme 's/  text: .*/  text: {colour: "#c5cbd6", bold: very}/' 4:35 'bold'
edit theme 's/  text: .*/  text: {colour: "#c5cbd6", blod: true}/' 4:29 "did you mean 'bold'"
edit theme 's/  text: .*/  txet: {colour: "#c5cbd6"}/' 4:3 "did you mean 'text'"
edit theme '/  down: /d' 4:3 "role 'down' is missing"

# ---- a keymap
cat >"$dir/sound.keymap" <<'YAML'
name: mine
keys:
  q: leave
  "1": view map
  N: next-problem
  x: maintenance
YAML
cp "$dir/sound.keymap" "$dir/keymap.yaml"; n check "$dir/keymap.yaml"; check a_sound_keymap $? 0 'a sound keymap' out
edit keymap 's/^name: .*/title: x/' 1:1 "title"
edit keymap 's/q: leave/q: laeve/' 3:6 "did you mean 'leave'"
edit keymap 's/q: leave/q: fly/' 3:6 'the help view lists them'
edit keymap 's/q: leave/q: leave now/' 3:6 'takes no argument'
edit keymap 's/q: leave/qq: leave/' 3:3 "no key 'qq'; keys are such as"
edit keymap 's/q: leave/q: [leave]/' 3:6 'a key has an action'
edit keymap 's/x: maintenance/shift-n: quit/' 6:3 "bound to 'next-problem' on line 5 already"
edit keymap 's/x: maintenance/enter: maintenance/' 6:3 'a key one leans on'
edit keymap 's/^keys:/keys: 7/;3,$d' 2:7 'a keymap has keys'

# ---- a dialect
cat >"$dir/sound.dialect" <<'YAML'
dialect: mine
resources:
  - group: edge.example.com
    versions: [v1]
    resource: kiosks
    is: inventory
    key: namespace/name
    tags: .metadata.labels
    fields:
      connectivity: {from: .status.phase, map: {Online: up}}
      latitude: .spec.where.lat
YAML
cp "$dir/sound.dialect" "$dir/dialect.yaml"; n check "$dir/dialect.yaml"; check a_sound_dialect $? 0 'a sound dialect' out
edit dialect 's/^dialect: .*/dialect: Mine!/' 1:10 'letters'
edit dialect 's/versions: .*/versions: {}/' 4:15 'a text is due'
edit dialect 's/    resource: kiosks//' 3:5 'resource'
edit dialect 's/is: inventory/is: inventry/' 6:9 'inventory'
edit dialect 's/key: .*/key: uid/' 7:10 'name'
edit dialect 's/tags: .*/tags: metadata.labels/' 8:11 '.'
edit dialect 's/map: {Online: up}/map: {Online: yup}/' 10:57 'up'
edit dialect 's/connectivity:/conectivity:/' 10:7 "did you mean 'connectivity'"
edit dialect 's/{from: .status.phase,/{form: .status.phase,/' 10:22 "did you mean 'from'"
edit dialect 's/latitude: .*/latitude: .spec.where[/' 11:17 '['
edit dialect 's/latitude: .*/latitude: {}/' 11:17 ''

# ---- a kubeconfig
cat >"$dir/sound.kubeconfig" <<'YAML'
apiVersion: v1
kind: Config
current-context: a
contexts: [{name: a, context: {cluster: c, user: u}}]
clusters:
  - name: c
    cluster:
      server: http://127.0.0.1:1
users:
  - name: u
    user: {}
YAML
cp "$dir/sound.kubeconfig" "$dir/kubeconfig.yaml"; n check "$dir/kubeconfig.yaml"; check a_sound_kubeconfig $? 0 'a sound kubeconfig' out
edit kubeconfig 's/^current-context: .*/current-context: b/' 4:11 "no context 'b'; there are: a"
edit kubeconfig '/^current-context/d' 1:1 'choose one with --context; there are: a'
edit kubeconfig 's/cluster: c,/cluster: d,/' 6:3 "no cluster 'd'; there are: c"
edit kubeconfig 's/user: u}/user: v}/' 10:3 "no user 'v'; there are: u"
edit kubeconfig 's/cluster: c, //' 4:31 'names no cluster'
edit kubeconfig 's/server: .*/server: 127.0.0.1:1/' 8:15 'https://'
edit kubeconfig 's/server: .*/serve: x/' 8:7 "'server' is missing"
edit kubeconfig 's/server: \(.*\)/server: \1\n      insecure-skip-tls-verify: true/' 9:33 'certificate-authority'
edit kubeconfig 's/server: \(.*\)/server: \1\n      certificate-authority: \/nowhere\/ca.crt/' 9:30 '/nowhere/ca.crt'
edit kubeconfig 's/server: \(.*\)/server: \1\n      certificate-authority-data: "%%%"/' 9:35 'base64'
edit kubeconfig 's/server: \(.*\)/server: \1\n      proxy-url: http:\/\/x/' 9:18 'proxy-url'
edit kubeconfig 's/user: {}/user: {exec: {command: x}}/' 11:18 'exec'
edit kubeconfig 's/user: {}/user: {token: secret}/' 11:19 'plain http'
edit kubeconfig 's/user: {}/user: {client-certificate-data: "QQ=="}/' 11:11 'client-key is missing'

# ---- YAML itself, whatever it was to be
bad view 2:9 'node content' <<'YAML'
name: x
rows: [{]
YAML
printf 'rows: \377\n' | bad view 1:7 'UTF-8'
printf 'rows: &a [*a]\n' | bad view 1:7 'anchor'

# ---- what is started with
n hub --config "$dir/hub.yaml" --socket "$dir/x.sock" --state "$dir/s"; check a_hub_does_not_start_on_a_broken_file $? 2 'hub.yaml:2:41' err
n hub --config "$dir/nowhere.yaml"; check nor_on_one_that_is_not_there $? 5 'nowhere.yaml' err
n get clusters --kubeconfig "$dir/kubeconfig.yaml"; check a_command_says_where_a_kubeconfig_is_broken $? 2 'kubeconfig.yaml:11:11' err
for selector in 'state=' 'state=(' 'state' 'region in west' 'seen<5x' 'gpus>many' 'a=b,,' '~' 'x notin ()' '"' 'state=dwon'; do
    n get clusters --demo -l "$selector"; check "selector $selector" $? 2 'selector: column' err
done
n get clusters --demo -l 'state=dwon'; check a_value_is_guessed $? 2 "down" err
n --demo --view mpa; check a_view_is_guessed $? 2 "did you mean map" err
n --demo --theme nope; check themes_are_named $? 5 'there are: dark, mono' err
n --demo --keymap nope; check keymaps_are_named $? 5 'there are: default' err
n --demo --theme ../dark; check a_theme_is_no_path $? 2 'not a path' err

# ---- the user's own: whole instead of the built-in, or one line and the built-in
printf 'name: map\nrows: [{height: 1fr, panels: [{panel: sources}]}]\n' >"$mine/views/map.yaml"
n frame map --demo; check a_view_of_ones_own_replaces $? 0 'simulated' out
if grep -q midwest "$dir/out"; then echo "not ok as_a_whole"; else echo "ok as_a_whole"; fi
printf 'name: map\nrows: 7\n' >"$mine/views/map.yaml"
n frame map --demo; check a_broken_view_is_one_line $? 0 'views/map.yaml:2:7' out
check and_the_built_in_is_shown 0 0 'midwest' out
rm "$mine/views/map.yaml"
printf 'name: default\nkeys: {f9: help}\n' >"$mine/keymaps/default.yaml"
n frame help --demo; check a_keymap_of_ones_own_replaces $? 0 'F9' out
if grep -q 'maintenance for the marked' "$dir/out" && ! grep -q 'm  *maintenance ' "$dir/out"; then echo "ok as_a_whole_too"; else echo "not ok as_a_whole_too"; cat "$dir/out"; fi
printf 'name: default\nkeys: {f9: halp}\n' >"$mine/keymaps/default.yaml"
n frame help --demo; check a_broken_keymap_is_one_line $? 0 'keymaps/default.yaml:2:12' out
check and_the_built_in_keys_hold 0 0 'Enter' out
rm "$mine/keymaps/default.yaml"
sed 's/#c5cbd6/#010203/' themes/dark.yaml >"$mine/themes/dark.yaml"
n frame --demo -o ansi; check a_theme_of_ones_own_replaces $? 0 '38;2;1;2;3' out
sed 's/colour: "#c5cbd6"/colour: c5cbd6/' themes/dark.yaml >"$mine/themes/dark.yaml"
n frame --demo -o ansi; check a_broken_theme_is_one_line $? 0 'themes/dark.yaml:5:18' err
check and_the_built_in_colours_hold 0 0 '38;2;197;203;214' out
cp "$mine/themes/dark.yaml" "$mine/themes/mine.yaml"
n frame --demo --theme mine; check where_there_is_none_it_is_an_error $? 2 'themes/mine.yaml:5:18' err
printf 'dialect: ocm\nresources: 7\n' >"$mine/dialects/ocm.yaml"
printf 'sources: [{name: a, kind: kubernetes, kubeconfig: %s, dialects: [ocm]}]\nbindings: [{uid: %d, role: admin}]\n' "$dir/sound.kubeconfig" "$(id -u)" >"$dir/hub.yaml"
"$nocturne" hub --config "$dir/hub.yaml" --socket "$dir/hub.sock" --state "$dir/journal" 2>"$dir/log" &
hub=$!
while ! "$nocturne" hub status --hub "$dir/hub.sock" >/dev/null 2>&1; do kill -0 $hub || break; done
n get sources --hub "$dir/hub.sock" --wait 100ms; check a_source_goes_on_with_the_built_in_dialect $? 11 'retrying' out
n hub stop --hub "$dir/hub.sock"; wait $hub
check a_broken_dialect_is_one_line 0 0 'dialects/ocm.yaml:2:12' log
n check; check check_finds_what_is_broken_of_ones_own $? 2 'dialects/ocm.yaml:2:12' err
