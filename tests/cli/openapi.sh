#!/bin/sh
# Every GET of docs/openapi.yaml, asked of a real hub: its answer is what the file says, its problems too.
. "$(dirname "$0")/lib"
python3 -c 'import yaml, jsonschema' 2>/dev/null || { echo "skip openapi: no python3-yaml or python3-jsonschema"; exit 0; }
"$nocturne" maintenance start store-0007 store-0008 --for 2h --reason 'new cables' --demo >"$dir/out" 2>&1 || { cat "$dir/out"; exit 1; }
"$nocturne" maintenance end store-0008 --demo >"$dir/out" 2>&1 || { cat "$dir/out"; exit 1; }
python3 - "$dir/run/nocturne/demo/hub.sock" docs/openapi.yaml <<'PYTHON' || echo "not ok it_ran_to_its_end"
import http.client, json, socket, sys
import jsonschema, yaml

path, file = sys.argv[1:]
description = yaml.safe_load(open(file))


class Hub(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)


def get(target):
    hub = Hub("hub")
    hub.request("GET", target)
    answer = hub.getresponse()
    kind = answer.headers["content-type"].split(";")[0]
    text = b"" if kind == "text/event-stream" else answer.read()
    hub.close()
    return answer.status, kind, text.decode()


def schema_errors(value, schema):
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": description["components"], **schema}
    return [f"{'/'.join(map(str, e.path))}: {e.message}"[:300] for e in jsonschema.Draft202012Validator(whole).iter_errors(value)]


def judge(name, target, expected=200):
    status, kind, text = get(target)
    responses = description["paths"][name]["get"]["responses"]
    response = responses.get(str(status)) or responses["default"]
    if "$ref" in response:
        response = description["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    content = response["content"]
    errors = [] if status == expected else [f"status {status}"]
    if kind not in content:
        errors.append(f"content type {kind}")
    elif kind.endswith("json"):
        values = [json.loads(line) for line in text.splitlines()] if kind.endswith("ndjson") else [json.loads(text)]
        for value in values:
            errors += schema_errors(value, content[kind]["schema"])
    print(f"{'not ok' if errors else 'ok'} GET {target} is {status} as described", *errors[:5])


window = json.loads(get("/v1/maintenance")[2])["windows"][0]["id"]
examples = {"/v1/clusters/{id}": "/v1/clusters/demo%3Astore-0007", "/v1/maintenance/{id}": f"/v1/maintenance/{window}"}
for name, methods in description["paths"].items():
    if "get" in methods:
        judge(name, examples.get(name, name))
for name in "/v1/fleet", "/v1/tags", "/v1/clusters":
    judge(name, name + "?selector=region%3Dmidwest%2Cstate%21%3Ddown")
    judge(name, name + "?selector=state%3D(", 400)
    judge(name, name + "?selector=%zz", 400)
judge("/v1/maintenance", "/v1/maintenance?all=1&limit=1")
judge("/v1/maintenance", "/v1/maintenance?limit=-1", 400)
judge("/v1/maintenance/{id}", "/v1/maintenance/nothing", 404)
judge("/v1/clusters/{id}", "/v1/clusters/store-0008")
judge("/v1/clusters/{id}", "/v1/clusters/demo%3Anothing", 404)
judge("/v1/audit", "/v1/audit?limit=2&verb=maintenance-start&since=2h&cluster=demo%3Astore-0007")
judge("/v1/audit", "/v1/audit?since=yesterday", 400)
judge("/v1/audit/verify", "/v1/audit/verify?head=" + 64 * "0")
judge("/v1/audit/verify", "/v1/audit/verify?head=nonsense", 400)

# The check itself can fail.
row = json.loads(get("/v1/clusters")[2].splitlines()[0])
schema = {"$ref": "#/components/schemas/Row"}
row["state"] = "fine"
print("ok" if schema_errors(row, schema) else "not ok", "a_wrong_value_is_found")
del row["state"]
print("ok" if schema_errors(row, schema) else "not ok", "a_missing_member_is_found")
PYTHON
