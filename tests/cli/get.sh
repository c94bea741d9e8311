#!/bin/sh
# What `nocturne get` prints, to whom, and what it refuses.
. "$(dirname "$0")/lib"
n() { "$nocturne" "$@" --demo >"$dir/out" 2>"$dir/err" </dev/null; }

# ---- descriptors that are closed
"$nocturne" get clusters --demo -o name <&- >"$dir/out" 2>"$dir/err"; check without_an_input $? 0 '^store-0042$' out
"$nocturne" get clusters --demo -o name 2>&- >"$dir/out" </dev/null; check without_a_place_for_errors $? 0 '^store-0042$' out
"$nocturne" get clusters --demo -o name >&- 2>"$dir/err" </dev/null; check without_an_output_it_says_so $? 12 'standard output' err
"$nocturne" frame --demo <&- >&- 2>&-; check without_any_of_them $? 12

# ---- names that nobody has
n get clusters -l regoin=west; check a_misspelt_tag_is_guessed $? 0 "no cluster has a tag 'regoin'.*did you mean 'region'" err
n get fleet -l 'stat=down'; check a_misspelt_field_too $? 0 "did you mean 'state'" err
n get clusters -o name -l 'region=west-coast,!ticket,state!=down'; check what_is_known_is_no_news $? 0 "tag 'ticket'" err
same in_one_line "$(wc -l <"$dir/err")" 1

# ---- what would be ignored is refused, before a hub is started
n hub stop

while read -r command; do
    # shellcheck disable=SC2086
    n $command
    code=$?; check "it_is_refused: $command" $code 2
done <<'LIST'
get fleet -w
get fleet --sort-by name
get fleet --all
get fleet extra
get clusters --all
get clusters --size 80x24
get clusters -w -o yaml
get clusters -o json --columns name
get clusters -o name --no-headers
get fleet --columns state
get clusters -l state=dwon
get clusters -o jsno
get tags -l region=midwest
get tags region size
get tags -w
get sources -l region=midwest
get sources extra
get sources --all
get maintenance -l region=midwest
get maintenance -w
get maintenance extra
describe cluster
describe cluster a b
describe cluster a -l b=c
whoami extra
whoami -o table
version extra
version -o json
help get extra
help --markdown get
frame map store-0001 extra
frame --size 80
frame -o json
frame -l state=dwon
--view map extra
-l state=dwon
check -o json
audit list --size 80x24
LIST
n hub status; check and_started_no_hub $? 10

# ---- for machines
n get fleet -o csv; check csv_has_plain_numbers $? 0 '^healthy,1[0-9][0-9][0-9]' out
n get sources -o csv; check csv_has_times $? 0 '^demo,simulated,,synced,20..-..-..T.*Z,20..-..-..T.*Z,1200,0,' out
n get maintenance; check an_empty_list_says_why $? 0 'no window is open' err
n maintenance start store-0001 store-0002 --for 2h --reason 'one, "two"'; n maintenance start store-0003 --for 1h --reason three
n get maintenance -o csv; check csv_of_windows_has_times_and_numbers $? 0 '^mw-[0-9a-f]*,open,2,20..-..-..T.*Z,20..-..-..T.*Z,.*,"one, ""two"""' out
n get maintenance -o ndjson; same a_window_is_a_line "$(jq -c '[.count, .how, .reason]' "$dir/out" | sort | tr '\n' ' ')" '[1,"open","three"] [2,"open","one, \"two\""] '
n get tags -o ndjson; same a_key_a_line "$(jq -s 'map(.key) | index("region") != null and length > 4' <"$dir/out")" true
n get tags region -o json; same the_key_that_was_named "$(jq -r '.tags[].key' <"$dir/out")" region
n get clusters -o json store-0001; same json_says_whether_it_is_real "$(jq -c '[.simulated, .clusters[0].seen != null]' <"$dir/out")" '[true,true]'
cp "$dir/out" "$dir/json"
n get clusters -o yaml store-0001
same yaml_has_the_same "$(python3 -c 'import json,sys,yaml; print(sorted(yaml.safe_load(open(sys.argv[1]))) == sorted(json.load(open(sys.argv[2]))))' "$dir/out" "$dir/json")" True

# ---- a frame asks what the console would
"$nocturne" maintenance start store-0007 --for 2h --reason 'new cables' --demo >"$dir/out" 2>&1 || cat "$dir/out"
n frame audit; check the_audit_is_in_a_frame $? 0 'new cables' out
n frame cluster store-0007 --size 100x60; check a_cluster_is_in_a_frame $? 0 'store-0007  *maintenance' out
same with_its_details "$(grep -c 'asking the hub' "$dir/out")" 0
n frame cluster nobody; check a_cluster_that_is_none $? 5 'no cluster nobody' err

# ---- the command that is shown leads here again
mkdir "$dir/a b's"; ln -s "$dir/run/nocturne/demo/hub.sock" "$dir/a b's/hub"
"$nocturne" --hub "$dir/a b's/hub" >"$dir/out" 2>"$dir/err" </dev/null; check a_console_without_a_terminal $? 0 "to see it live\|run '" err
shown=$(sed -n "s/.*run '\(.*\)' in one.*/\1/p" "$dir/err")
eval "\"\$nocturne\" ${shown#nocturne} get fleet" >"$dir/out" 2>"$dir/err" </dev/null; check can_be_pasted $? 0 'of 1,200' out

# ---- columns and order
n get clusters --columns name,region,nodes.ready,tag.state --no-headers store-0001; check the_columns_that_are_named $? 0 '^store-0001  west-coast  *3  CA$' out
n get clusters -o csv --columns name,region store-0001; same in_csv_too "$(tr -d '\r' <"$dir/out" | tr '\n' ' ')" 'name,region store-0001,west-coast '
n get clusters --columns name,regoin; check a_column_that_is_none $? 2 "did you mean 'region'" err
n get clusters -o csv --no-headers --columns region --sort-by region; check sorted_by_a_tag $? 0
same in_its_order "$(sort -c "$dir/out" && echo yes)" yes
n get clusters -o csv --no-headers --columns state --sort-by worst; same the_worst_first "$(sed -n '1s/\r//p' "$dir/out")" down
n get clusters --sort-by regoin; check a_key_that_is_none $? 2 "did you mean 'region'" err

# ---- as of when
n get clusters; check a_table_says_that_it_is_simulated $? 0 SIMULATED err
n get clusters -o csv; check a_file_is_for_machines $? 0
same and_nothing_is_said "$(wc -c <"$dir/err")" 0
