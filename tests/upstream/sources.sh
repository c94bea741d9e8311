# Several sources in one hub: the same names twice in every way, and a dead one that stops none of the others.
. "$(dirname "$0")/lib"
mkdir "$home/both"
socket=$home/hub.sock
door="--hub $socket"
sed 's/127\.0\.0\.1:[0-9]*/127.0.0.1:1/' "$KUBECONFIG" >"$home/dead.kubeconfig"
chmod 600 "$home/dead.kubeconfig"
cat >"$home/hub.yaml" <<END
listen: $socket
state: $home/both
sources:
  - {name: dead, kind: kubernetes, kubeconfig: $home/dead.kubeconfig, dialects: [ocm]}
  - {name: east, kind: kubernetes, kubeconfig: $KUBECONFIG, dialects: [ocm]}
  - {name: west, kind: kubernetes, kubeconfig: $KUBECONFIG, dialects: [ocm]}
  - {name: plants, kind: kubernetes, kubeconfig: $KUBECONFIG, dialects: [cluster-api]}
  - {name: broken, kind: kubernetes, kubeconfig: $home/there-is-none, dialects: [ocm]}
bindings:
  - {user: $(id -un), role: admin}
END
"$n" hub --config "$home/hub.yaml" 2>"$home/hub.log" &
hub=$!
trap 'kill -KILL $hub 2>/dev/null; finish' EXIT
loaded() { [ "$(source_says synced "$1")" = true ]; }
for source in east west plants; do
    check "$source is synced beside a dead and a broken one" until_true 60 loaded $source
done
check "the dead one says why" until_true 20 has_fault dead
check "so does the one without a kubeconfig" until_true 20 has_fault broken
check "every field is equal in both sources that hold the same names" oracle --works --source east
check "also in the second" oracle --works --source west
check "a name that two sources have is shown with its source" \
    [ "$(client get clusters -l 'source in (east, west)' -o name --wait 1s 2>/dev/null | grep -c ':store-0001$')" = 2 ]
check "cluster api clusters keep their namespaces" [ "$(client get clusters -l source=plants -o name --wait 1s 2>/dev/null | grep -c '^plants-[ab]/line-001$')" = 2 ]
check "the sum is the sum of the sources" \
    [ "$(ask /v1/fleet | jq .total)" = "$(ask /v1/sources | jq '[.sources[].clusters] | add')" ]
check "the sentence adds up" sh -c "curl -sf --unix-socket '$socket' http://hub/v1/fleet | jq -e '.total == ([.states[]] | add)'"
check "a second hub on the same store is refused" \
    sh -c "'$n' hub --config '$home/hub.yaml' --socket '$home/other.sock' 2>&1 | grep -i 'another hub'"
check "and the first one serves on" ask /v1/fleet
kill $hub; wait $hub
