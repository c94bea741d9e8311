# The hub says what the API server says: at rest, under churn, after tags change and clusters go.
. "$(dirname "$0")/lib"

check "the fleet is found by discovery and synced" client get fleet --wait 60s
check "the source is called what its dialect is called" [ "$(source_says name)" = ocm ]
check "every mapped field of every cluster is equal" oracle --works
if [ -z "$fleet" ]; then
    skip "churn, tags, deletion" "NOCTURNE_FLEET is not set"
    exit 0
fi
KUBECONFIG=$admin "$fleet" agents -delay 200ms -fail 0.02 >/dev/null 2>&1 &
agents=$!
move churn -rate 60 -for 5s
kill $agents
check "every field is equal after churn, with agents at work" oracle --works
move retag -name store-0042 -tag season=winter
check "a new tag is there" until_true 10 counts season=winter -eq 1
move retag -name store-0042 -tag season=
check "a tag that was taken away is gone" until_true 10 counts season=winter -eq 0
before=$(count '')
victim=$(client get clusters -o name | tail -n 1)
move drop -name "$victim"
check "a deleted cluster is gone" until_true 10 counts '' -eq $((before - 1))
check "and is not found by its name" not client get clusters "$victim"
check "every field is equal after both" oracle --works

# A one-shot that comes while the hub still loads waits for all of it: the count is the whole fleet's.
total=$(count '')
for round in 1 2 3; do
    client hub stop >/dev/null 2>&1
    rm -rf "$home/state"
    check "a one-shot on a cold hub sees the whole fleet ($round)" [ "$(client get clusters -o name | wc -l)" = "$total" ]
done
