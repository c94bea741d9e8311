# Everything the proxy can do to a hub, while the fleet moves: it shows as the source's fault, the last picture stays,
# and afterwards every field is equal again.
. "$(dirname "$0")/lib"
[ -e "$proxied" ] && [ -n "$fleet" ] || { skip "faults" "no proxy or no NOCTURNE_FLEET"; exit 0; }
door="--kubeconfig $proxied"
mode() { echo "$1" >"$rig_dir/proxy.mode"; }

# Streams that are open go on as they are: a reset ends them, so that the next request meets the fault.
cut_streams() { mode reset; until_true 15 has_fault; }
shown() { [ "$(count '')" -ge "$total" ]; }

mode pass
check "synced through the proxy" client get fleet --wait 60s
stay
total=$(count '')
KUBECONFIG=$admin "$fleet" churn -rate 20 -for 30m >/dev/null 2>&1 &
churn=$!
trap 'kill -KILL $churn; finish' EXIT

met() { # MODE PATTERN: what get sources says while it lasts
    cut_streams
    mode "$1"
    check "$1: the source says so" until_true 30 fault_like "$2"
    check "$1: the last picture is shown" shown
    check "$1: commands answer" client get fleet
    mode pass
    check "$1: every field is equal afterwards" healed
}
# Two pictures of a moving fleet are never equal: it holds still for the comparison.
healed() {
    kill -STOP $churn
    until_true 90 no_fault && wait=60 oracle
    equal=$?
    kill -CONT $churn
    return $equal
}

met 429 '429|too many'
met 500 '500|internal'
met gone '410|expired|too old|once more'
met half 'ended|closed|short|half|transfer|EOF'
met reset 'reset|closed|recv|connection'
met html 'html|json|not what|login'

# Nothing comes, or too slowly: no fault is due yet, and nothing may be lost or held up.
for fault in stall slow; do
    cut_streams
    mode $fault
    sleep 3
    check "$fault: the last picture is shown" shown
    check "$fault: commands answer" client get fleet
    mode pass
    check "$fault: every field is equal afterwards" healed
done

# What cannot be taken is left out, said, and looked for again.
cut_streams
mode huge
sleep 4
check "huge: commands answer" client get fleet
mode pass
check "huge: every field is equal afterwards, and no more clusters" healed
cut_streams
client hub stop >/dev/null 2>&1
mode evil
client get clusters -o wide --wait 20s >"$home/out" 2>"$home/err"
check "evil: nothing of the escapes reaches the output" not grep -q "$(printf '\033')" "$home/out" "$home/err"
check "evil: the rest is there" [ "$(count '')" -ge $((total - 1)) ]
mode pass
check "evil: every field is equal afterwards" healed

# From nothing: a hub that starts while the upstream misbehaves.
for fault in 429 500 html gone half stall; do
    client hub stop >/dev/null 2>&1
    rm -rf "$home/state"
    mode $fault
    client get fleet --wait 5s >"$home/out" 2>"$home/err"
    check "$fault from the start: says what is missing" grep -q 'not loaded' "$home/err"
    mode pass
    check "$fault from the start: heals by itself" healed
done
