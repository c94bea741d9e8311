# A region is cut at once: silence is not failure. Then the servers themselves die, hang and return.
. "$(dirname "$0")/lib"
[ -n "$fleet" ] || { skip "outage" "NOCTURNE_FLEET is not set"; exit 0; }

state() { ask /v1/fleet | jq -r ".states[\"$1\"]"; }
adds_up() { ask /v1/fleet | jq -e '.total == ([.states[]] | add)'; }
two_regions='region in (west-coast,mountain)'

move heal -pace 2000
check "synced" client get fleet --wait 60s
stay
check "every field is equal" oracle
down=$(state down) offline=$(state offline)
sites=$(count "$two_regions,connectivity=up")
echo "# cutting $sites of $(count '') sites"
check "more than a fifth is cut" [ $((sites * 5)) -gt "$(count '')" ]
move cut -region west-coast -pace 1000
move cut -region mountain -pace 1000
check "all that were cut are not up" until_true 20 counts "$two_regions,connectivity=up" -eq 0
check "none is newly down" [ "$(state down)" -le "$down" ]
check "as many are newly offline" [ "$(state offline)" -ge $((offline + sites - down)) ]
check "the sentence adds up" adds_up
check "the source is marked suspect in one line" until_true 10 has_suspicion
check "and every field is equal" oracle
move heal -pace 2000
check "they return" until_true 30 counts connectivity=disconnected -eq 0
check "nothing is suspect any more" until_true 10 no_suspicion
check "every field is equal when they are back" oracle

if [ -z "$rig" ]; then
    skip "the servers' death" "NOCTURNE_RIG is not set"
    exit 0
fi
total=$(count '')
shown() { [ "$(count '')" = "$total" ]; }
kill_server kube-apiserver
check "the API server is dead: the source says so" until_true 30 has_fault
check "the API server is dead: the fleet is shown" shown
check "the API server is dead: commands answer" client get fleet
check "the API server returns" start_server kube-apiserver
# What the watches knew is gone with the server, and the fleet has moved on meanwhile: their resume points have expired.
move churn -rate 60 -for 2s
wait=90 check "every field is equal after the API server's death" oracle --works
"$rig" stop kube-apiserver "$rig_dir"
check "the API server hangs: commands answer" client get fleet
check "the API server hangs: the fleet is shown" shown
sleep 5
"$rig" cont kube-apiserver "$rig_dir"
move churn -rate 40 -for 2s
wait=90 check "every field is equal after it hung" oracle
kill_server etcd
check "etcd is dead: the fleet is shown" shown
check "etcd is dead: commands answer" client get fleet
sleep 3
check "etcd returns" start_server etcd
until_true 30 move churn -rate 40 -for 2s
wait=90 check "every field is equal after etcd's death" oracle --works
check "no fault is left" until_true 60 no_fault
