#!/bin/sh
# A hub of two sources, one of which does not answer: what needs the other alone goes through at once.
. "$(dirname "$0")/lib"
hub= upstream=
finish() {
    [ -z "$hub" ] || kill "$hub" 2>/dev/null
    [ -z "$upstream" ] || kill "$upstream" 2>/dev/null
    wait
    rm -rf "$dir"
}
n() { "$nocturne" "$@" --hub "$dir/hub.sock" >"$dir/out" 2>"$dir/err" </dev/null; }

# An API server with three managed clusters, a to c, that never change.
python3 - "$dir/port" <<'P' &
import http.server, json, sys
group = "cluster.open-cluster-management.io"
def cluster(name):
    return {"apiVersion": group + "/v1", "kind": "ManagedCluster", "metadata": {"name": name, "uid": name, "resourceVersion": "1"}, "spec": {"hubAcceptsClient": True}, "status": {}}
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def answer(self, document):
        body = json.dumps(document).encode()
        self.send_response(200); self.send_header("Content-Type", "application/json"); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def event(self, kind, document):
        line = json.dumps({"type": kind, "object": document}).encode() + b"\n"
        self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line)); self.wfile.flush()
    def do_GET(self):
        if "/managedclusters" not in self.path:
            return self.answer({"kind": "APIGroupDiscoveryList", "items": [{"metadata": {"name": group}, "versions": [{"version": "v1", "resources": [{"resource": "managedclusters", "scope": "Cluster", "verbs": ["get", "list", "watch"]}]}]}]})
        if "watch=" not in self.path:
            return self.answer({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": [cluster(x) for x in "abc"]})
        self.send_response(200); self.send_header("Content-Type", "application/json"); self.send_header("Transfer-Encoding", "chunked"); self.end_headers()
        if "sendInitialEvents" in self.path:
            for x in "abc": self.event("ADDED", cluster(x))
            self.event("BOOKMARK", {"kind": "ManagedCluster", "metadata": {"resourceVersion": "1", "annotations": {"k8s.io/initial-events-end": "true"}}})
        self.rfile.read(1)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
open(sys.argv[1] + ".new", "w").write(str(server.server_address[1]))
import os; os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
P
upstream=$!
while [ ! -e "$dir/port" ] && kill -0 "$upstream"; do sleep 0.05; done
config() { printf 'current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: "http://127.0.0.1:%s"}}]\n' "$1"; }
config "$(cat "$dir/port")" >"$dir/good"
config 1 >"$dir/dead"
printf 'sources:\n- {name: good, kind: kubernetes, kubeconfig: %s, dialects: [ocm]}\n- {name: dead, kind: kubernetes, kubeconfig: %s, dialects: [ocm]}\nbindings: [{uid: %d, role: admin}]\n' "$dir/good" "$dir/dead" "$(id -u)" >"$dir/hub.yaml"
"$nocturne" hub --config "$dir/hub.yaml" --socket "$dir/hub.sock" --state "$dir/hub" 2>"$dir/log" &
hub=$!
while kill -0 "$hub" && ! { n get sources; grep -q '^good .* 3 ' "$dir/out"; }; do sleep 0.1; done

started=$(date +%s)
n get sources; check the_sources_are_told $? 11 '^dead .*retrying' out
n maintenance start a --for 1h --reason disks; check a_name_that_is_there_needs_no_other_source $? 0 '1 cluster in maintenance' out
id=$(cut -d: -f1 "$dir/out")
n maintenance end "$id" --reason done; check nor_does_the_end_of_a_window $? 0 'out of maintenance' out
n maintenance start good:b --for 1h --reason disks; check nor_does_an_id $? 0 '1 cluster in maintenance' out
n maintenance end b --reason done; check nor_the_end_of_a_name $? 0 'out of maintenance' out
n maintenance start zz --for 1h --reason x; check what_is_not_found_may_be_in_the_other $? 11 'source dead' err
[ $(($(date +%s) - started)) -lt 20 ] && echo "ok all_at_once" || echo "not ok all_at_once"
n maintenance start -l 'name!=zz' --for 1h --reason x --wait 300ms; check a_selector_needs_them_all $? 11 'source dead' err
n get maintenance; check and_does_nothing $? 0
grep -q open "$dir/out" && echo "not ok no_window_is_open" || echo "ok no_window_is_open"
