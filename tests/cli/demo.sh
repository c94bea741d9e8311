#!/bin/sh
# Every command against a private hub with the simulated fleet, in folders of its own.
. "$(dirname "$0")/lib"
n() { "$nocturne" "$@" --demo >"$dir/out" 2>"$dir/err" </dev/null; }

n hub status; check no_hub_is_no_hub $? 10 'hub.sock' err
n; check without_a_terminal_one_frame_is_printed $? 0 SIMULATED out
check and_how_to_see_it_live_is_said 0 0 "run 'nocturne --demo'" err
n hub status; check the_private_hub_stays $? 0 'simulated: true' out
same its_folder_is_private "$(stat -c %a "$dir/run/nocturne/demo")" 700
same its_socket_is_private "$(stat -c %a "$dir/run/nocturne/demo/hub.sock")" 600
same its_journal_is_private "$(stat -c %a "$dir/state/nocturne/demo/journal.db")" 600

n get clusters; check clusters_are_rows $? 0 '^store-0042 ' out
same all_of_them "$(wc -l <"$dir/out")" 1201
n get clusters -o ndjson; check a_row_a_line $? 0 '"id":"demo:store-0042"' out
same each_line_is_json "$(jq -s length <"$dir/out")" 1200
n get clusters -o json -l region=midwest; check json_is_json $? 0
same and_selects "$(jq -r '[.clusters[].tags.region] | unique | .[]' <"$dir/out")" midwest
n get clusters -o csv; check csv_has_a_head $? 0 '^id,name,source,' out
same csv_reads_back "$(python3 -c 'import csv,sys; r=list(csv.reader(open(sys.argv[1]))); print(len(r), len({len(x) for x in r}))' "$dir/out")" "1201 1"
n get clusters -o yaml store-0042; check yaml_is_yaml $? 0 '^  - id: "demo:store-0042"' out
n get clusters -o name demo:store-0042 store-0007; check names_are_names $? 0
same in_order_of_names "$(tr '\n' ' ' <"$dir/out")" 'store-0007 store-0042 '
n get clusters -o name --sort-by -name -l 'region in (midwest)'; check the_other_way_round $? 0
same sorted_backwards "$(sort -r "$dir/out" | cmp - "$dir/out" && echo yes)" yes
n get clusters store-0042 nope; check a_name_that_is_not_there $? 5 'no cluster nope' err
n get clusters -l 'state=('; check a_selector_that_is_none $? 2 'column 7' err
n get clusters --sort-by stat; check a_field_that_is_none $? 2 "did you mean 'state'" err
n get clusters -o jsno; check a_format_that_is_none $? 2 'table, wide, name' err
n get clusters -w -o json; check a_watch_has_no_end $? 2 ndjson err
n get stuff; check a_kind_that_is_none $? 2 'get what?' err
n get fleet; check the_sentence $? 0 'of 1,200 sites are operational' out
n get fleet -o json; same whose_parts_add_up "$(jq '[.states[]] | add' <"$dir/out")" 1200
n get tags; check the_census $? 0 '^region  *1,200' out
n get tags region; check the_values_of_one_key $? 0 '^midwest ' out
n get tags nonsense; check a_tag_that_is_none $? 5 nonsense err
n get sources; check the_sources $? 0 '^demo  *simulated' out
n describe cluster store-0042; check one_cluster_with_ages $? 0 'ago)' out
n describe cluster store-9999; check a_cluster_that_is_none $? 5 'store-9999' err
n describe pod x; check only_clusters_are_described $? 2 'describe cluster NAME' err
n whoami; check who_am_i $? 0 'role: admin' out
check and_where 0 0 '^    - everywhere' out
n frame table --size 80x24; check a_frame_of_a_size $? 0 store- out
same of_so_many_rows "$(wc -l <"$dir/out")" 24
n frame map --theme mono -o ansi --size 80x24; check a_frame_without_colours_tells_by_glyphs "$(sed -n 3p "$dir/out" | grep -c '^ ■■■')" 1
n frame --size 80; check a_size_that_is_none $? 2 200x50 err
n frame nothing; check a_view_that_is_none $? 2 nothing err

n maintenance start store-0007 store-0008 --for 2h --reason 'new cables' --dry-run; check a_dry_run_tells $? 0 'maintenance of 2 clusters' out
n get maintenance -o name; same and_does_nothing "$(wc -l <"$dir/out")" 0
n maintenance start store-0007 store-0008 --for 2h --reason 'new cables' --key k1; check a_window_opens $? 0 '2 clusters in maintenance' out
n maintenance start store-0007 store-0008 --for 2h --reason 'new cables' --key k1; check the_same_key_acts_once $? 0 '2 clusters in maintenance' out
n maintenance start -l 'state!=maintenance,name in (store-0011,store-0012)' --for 2h --reason moving --key k2; check a_window_over_a_selector $? 0 '2 clusters in maintenance' out
cp "$dir/out" "$dir/first"
n maintenance start -l 'state!=maintenance,name in (store-0011,store-0012)' --for 2h --reason moving --key k2; check the_same_key_acts_once_although_the_selector_moved $? 0
same and_says_the_same "$(cmp "$dir/out" "$dir/first" && echo yes)" yes
n maintenance start -l 'state!=maintenance,name in (store-0011,store-0013)' --for 2h --reason moving --key k2; check another_request_under_it_is_refused $? 6 k2 err
n maintenance end "$(cut -d: -f1 "$dir/first")"; check and_it_ends $? 0
n get maintenance -o name; same one_window "$(wc -l <"$dir/out")" 1
window=$(cat "$dir/out")
n maintenance start store-0007 --for 1h --reason again; check windows_do_not_overlap $? 6 "$window" err
n get clusters -l state=maintenance -o name; same they_are_in_maintenance "$(tr '\n' ' ' <"$dir/out")" 'store-0007 store-0008 '
n maintenance start -l region=midwest --for 2h --reason many; check many_ask_for_their_number $? 2 -- err
n maintenance start -l '' --for 2h --reason all; check an_empty_selector_is_refused $? 2 -- err
n maintenance start store-0001 --reason x; check a_window_needs_an_end $? 2 'for how long' err
n maintenance start store-0001 --for 2h; check and_a_reason $? 2 -- err
n maintenance end "$window"; check a_window_ends_by_its_id $? 0 '2 clusters out' out
n audit list -o ndjson; check the_audit_knows $? 0 'new cables' out
same intent_and_outcome "$(jq -r 'select(.verb=="maintenance-start").kind' <"$dir/out" | sort | tr '\n' ' ')" 'intent intent outcome outcome '
n audit verify; check the_chain_is_unproven $? 3 'origin and tail unproven' err
head=$(sed -n 's/^head //p' "$dir/out")
n audit verify --head "$head"; check a_head_that_was_kept_is_found $? 3
n maintenance start --all --for 1h --reason all --confirm 1,20; check another_number_is_none $? 2 'confirm 1200' err
n maintenance start --all --for 1h --reason all --confirm 1,200; check a_number_may_be_typed_as_it_is_shown $? 0 '1,200 clusters in maintenance' out
n maintenance end --all --confirm 1200; check or_plain $? 0
n audit verify --head "${head}0"; check a_head_that_is_too_long_is_none $? 2 'hex digits' err
n audit verify --head garbage; check nor_is_garbage $? 2 '64 hex digits' err
n audit list --cluster store-0007; check the_audit_of_a_name $? 0 'new cables' out
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
    n maintenance start store-0001 --for 1h --reason "turn $i"; n maintenance end store-0001
done
n audit list; check a_list_that_stops_says_so $? 0 'newest 50.*--before [0-9]' err
same at_fifty_rows "$(wc -l <"$dir/out")" 51
before=$(sed -n 's/.*--before //p' "$dir/err")
n audit list --before "$before"; check and_goes_on_from_there $? 0 'new cables' out
same to_the_end_in_silence "$(wc -c <"$dir/err")" 0
n audit export; check the_export_is_ndjson $? 0 'maintenance-start' out
same each_line_of_it_is_json "$(jq -s 'length > 4' <"$dir/out")" true

n hub stop; check the_hub_stops $? 0
n hub status; check and_is_gone $? 10 'hub.sock' err
n audit verify --head "$head"; check the_chain_goes_on_after_a_restart $? 3
n get clusters --hub "$dir/x"; check a_hub_and_a_demo_exclude_each_other $? 2 -- err
"$nocturne" get clusters --hub "$dir/nowhere" >"$dir/out" 2>"$dir/err"; check a_socket_that_is_none $? 10 nowhere err
"$nocturne" get clusters >"$dir/out" 2>"$dir/err"; check without_a_kubeconfig_a_hint $? 5 -- err
chmod 755 "$dir/run/nocturne/demo"; n whoami; check a_folder_open_to_others_is_refused $? 4 'must be 0700' err
chmod 700 "$dir/run/nocturne/demo"
