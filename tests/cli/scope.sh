#!/bin/sh
# Who sees and does what, over a hub's real socket: subjects are other uids, so this takes root.
dir=$(mktemp -d) || exit 1
if [ "$(id -u)" != 0 ] || ! setpriv --reuid 61001 --regid 61001 --clear-groups true 2>/dev/null; then
    echo "skip scope: another uid takes root"; rm -rf "$dir"; exit 0
fi
chmod 755 "$dir"
cp "$NOCTURNE_BUILD/nocturne" "$dir/nocturne" # the checkout may be closed to others
mkdir -m 777 "$dir/run" "$dir/home"
export HOME="$dir/home" XDG_RUNTIME_DIR="$dir/run" XDG_STATE_HOME="$dir/home" XDG_CONFIG_HOME="$dir/home" NOCTURNE_HUB="$dir/hub.sock"
unset KUBECONFIG
hub=
finish() { kill $hub 2>/dev/null; wait; rm -rf "$dir"; }
trap finish EXIT
check() { # NAME STATUS EXPECTED-EXIT [PATTERN FILE]
    if [ "$2" = "$3" ] && { [ $# -lt 4 ] || grep -q -- "$4" "$dir/$5"; }; then echo "ok $1"
    else echo "not ok $1 (exit $2)"; head -n 20 "$dir/out" "$dir/err"; fi
}
same() { if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: '$2' is not '$3'"; fi; }
west=61001 operator=61002 lead=61003 admin=61004 stranger=61005
be() { # UID COMMAND…: its status, $dir/out, $dir/err
    uid=$1; shift
    setpriv --reuid "$uid" --regid 61000 --clear-groups "$dir/nocturne" "$@" >"$dir/out" 2>"$dir/err" </dev/null
}
raw() { # UID PATH: the status of a GET; its body in $dir/out
    setpriv --reuid "$1" --regid 61000 --clear-groups curl -s -w '\n%{http_code}\n' --unix-socket "$dir/hub.sock" "http://hub$2" >"$dir/raw"
    sed '$d' "$dir/raw" >"$dir/out"
    tail -n 1 "$dir/raw"
}
cat >"$dir/hub.yaml" <<YAML
sources: [{name: demo, kind: simulated, clusters: 120}]
bindings:
  - {uid: $west, role: viewer, within: region=west-coast}
  - {uid: $operator, role: operator, within: region=west-coast}
  - {uid: $operator, role: viewer}
  - {uid: $lead, role: lead}
  - {uid: $admin, role: admin}
  - {group: games, role: viewer, within: "region in (midwest)"}
YAML
"$dir/nocturne" hub --config "$dir/hub.yaml" --socket "$dir/hub.sock" --state "$dir/state" 2>"$dir/hub.log" &
hub=$!
while ! be $admin get fleet; do kill -0 $hub || { cat "$dir/hub.log"; exit 1; }; done
all() { be $admin get clusters -o name -l "$1"; cat "$dir/out"; }
west_count=$(all region=west-coast | wc -l)
mine=$(all region=west-coast | head -n 1) other_mine=$(all region=west-coast | sed -n 2p)
foreign=$(all 'region!=west-coast' | head -n 1)

be $west whoami -o json; check a_subject_has_a_role $? 0 '"role":"viewer"' out
same and_a_scope "$(jq -c .permissions <"$dir/out")" '{"read":["region=west-coast"]}'
be $west get clusters -o json; same a_list_is_within_scope "$(jq -c '[.clusters[].tags.region] | [unique, length]' <"$dir/out")" "[[\"west-coast\"],$west_count]"
be $west get fleet -o json; same so_are_counts "$(jq -c '[.total, ([.states[]] | add)]' <"$dir/out")" "[$west_count,$west_count]"
raw $west /v1/fleet >/dev/null; same and_those_of_the_hub "$(jq .total <"$dir/out")" "$west_count"
raw $west '/v1/fleet?selector=region%3Dmidwest' >/dev/null; same what_a_selector_asks_for_too "$(jq .total <"$dir/out")" 0
raw $west /v1/tags >/dev/null; same so_is_the_census "$(jq -c '[.clusters, (.keys[] | select(.key == "region") | .values[].value)]' <"$dir/out")" "[$west_count,\"west-coast\"]"
be $west get sources -o json; same so_are_the_counts_of_sources "$(jq '.sources[0].clusters' <"$dir/out")" "$west_count"
be $west describe cluster "$mine"; check ones_own_is_described $? 0 'region: west-coast' out
be $west describe cluster "$foreign"; check a_foreign_one_is_not_there $? 5 'no cluster' err
same by_its_id_neither "$(raw $west "/v1/clusters/demo%3A$foreign")" 404
cp "$dir/out" "$dir/foreign"
same one_that_is_nowhere_answers_the_same "$(raw $west /v1/clusters/demo%3Astore-9999) $(sed s/9999/X/ "$dir/out")" "404 $(sed "s/${foreign#store-}/X/" "$dir/foreign")"
same metrics_count_all_and_are_refused "$(raw $west /metrics)" 403
be $west maintenance start "$mine" --for 1h --reason why; check a_viewer_starts_nothing $? 4 operator err
be $stranger get clusters; check whom_nobody_named_sees_nothing $? 4 'may not' err
be $stranger whoami; check but_is_told_who_he_is $? 4 'uid:61005' err
setpriv --reuid 61006 --regid "$(getent group games | cut -d: -f3)" --clear-groups "$dir/nocturne" get tags region >"$dir/out" 2>"$dir/err"
check a_group_is_a_subject_too $? 0 '^midwest' out
same with_its_scope_alone "$(wc -l <"$dir/out")" 2

be $operator get fleet -o json; same one_may_see_more_than_one_maintains "$(jq .total <"$dir/out")" 120
be $operator maintenance start "$foreign" --for 1h --reason why; check an_operator_stays_within_his_scope $? 4 "$foreign" err
be $operator maintenance start "$mine" "$foreign" --for 1h --reason why; check a_set_with_one_foreign_is_refused_whole $? 4 "$foreign" err
be $operator maintenance start "$mine" --for 1h --reason 'new uplink'; check within_it_he_starts $? 0
be $operator maintenance start "$mine" --for 1h --reason again; check what_is_open_is_in_the_way $? 6 'w-' err
be $operator maintenance start "$mine" --for 1h --reason again --force; check he_does_not_force $? 4 lead err
be $operator audit recover; check nor_recover $? 4 admin err

# A watch of the west, while a lead puts a foreign site, and then one of the west, into maintenance.
mkfifo "$dir/lines"
setpriv --reuid $west --regid 61000 --clear-groups "$dir/nocturne" get clusters -w -o ndjson >"$dir/lines" 2>/dev/null &
watcher=$!
exec 3<"$dir/lines"
read -r line <&3
be $lead maintenance start "$foreign" --for 1h --reason 'lead of all'; check a_lead_starts_anywhere $? 0
be $lead maintenance start "$other_mine" "$foreign" --for 1h --reason 'both' --force; check a_lead_forces $? 0
be $lead maintenance start "$mine" --for 2h --reason 'longer' --force; check also_what_another_opened $? 0
echo "$line" >"$dir/watched"
until echo "$line" | jq -e --arg name "$other_mine" '.name == $name and .state == "maintenance"' >/dev/null; do
    read -r line <&3 || break
    echo "$line" >>"$dir/watched"
done
kill $watcher; wait $watcher; exec 3<&-
same a_watch_is_within_scope "$(jq -rs '[.[] | select(.tags) | .tags.region] | unique | .[]' <"$dir/watched")" west-coast
same a_foreign_name_is_not_in_it "$(grep -c "$foreign" "$dir/watched")" 0

be $west get maintenance -o json; check windows_are_told_as_far_as_one_sees $? 0 "$other_mine" out
same a_foreign_site_is_in_none "$(grep -c "$foreign" "$dir/out")" 0
be $admin get maintenance -o json
window=$(jq -r --arg id "demo:$foreign" '.windows[] | select(.clusters | index($id)) | .id' <"$dir/out" | head -n 1)
be $lead maintenance end "$other_mine"; check a_lead_ends $? 0
be $lead maintenance start "$foreign" --for 1h --reason 'foreign alone' --force
be $admin get maintenance -o json
window=$(jq -r '.windows[] | select(.reason == "foreign alone") | .id' <"$dir/out")
same a_foreign_window_is_not_there "$(raw $west "/v1/maintenance/$window")" 404
same for_whom_sees_it_it_is "$(raw $operator "/v1/maintenance/$window")" 200
be $operator maintenance end "$window"; check but_he_does_not_end_it $? 4 'permission maintenance' err
be $west audit list -o ndjson; check the_audit_tells_of_ones_own $? 0 'new uplink' out
same and_of_nothing_else "$(grep -c -e "$foreign" -e 'lead of all' -e 'foreign alone' "$dir/out")" 0
be $west audit export; same an_export_neither "$(grep -c -e "$foreign" -e 'lead of all' -e 'foreign alone' "$dir/out")" 0
be $admin audit list -o ndjson; check an_admin_reads_all $? 0 'lead of all' out
same with_whom "$(jq -r 'select(.reason == "new uplink").subject' <"$dir/out" | sort -u)" "uid:$operator"

be $lead audit recover; check a_lead_does_not_recover $? 4 admin err
be $admin audit recover; check a_sound_journal_wants_no_recovery $? 6 'nothing is wrong' err
be $lead hub stop; check a_lead_does_not_stop_the_hub $? 4 admin err
be $admin hub stop; check an_admin_does $? 0
wait $hub; same it_ends_in_peace $? 0
