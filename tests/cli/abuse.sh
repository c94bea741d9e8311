#!/bin/sh
# Bad company on a hub's real socket: it answers or cuts, and everybody else is served meanwhile.
# Then hubs of another version, played by a few lines: refused, with the command that mends it.
. "$(dirname "$0")/lib"
other=
finish() { [ -z "$other" ] || kill "$other" 2>/dev/null; "$nocturne" hub stop --demo >/dev/null 2>&1; rm -rf "$dir"; }
n get fleet --demo || { cat "$dir/err"; exit 1; }
python3 - "$dir/run/nocturne/demo/hub.sock" <<'PYTHON' || echo "not ok it_ran_to_its_end"
import os, re, select, socket, sys

path = sys.argv[1]
GOOD = b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n"


def dial():
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)
    s.settimeout(60)  # a hub that hangs fails the test, it does not hang it
    return s


def rest(s):
    data = b""
    try:
        while chunk := s.recv(65536):
            data += chunk
    except (ConnectionResetError, BrokenPipeError):
        pass
    return data


def send(s, data):
    try:
        s.sendall(data)
    except (ConnectionResetError, BrokenPipeError):
        pass


def tell(ok, name, *more):
    print("ok" if ok else "not ok", name, *([] if ok else more))


def served():
    s = dial()
    send(s, GOOD)
    try:
        return s.recv(65536).startswith(b"HTTP/1.1 200")
    except ConnectionResetError:  # refused before it was read
        return False


# What trickles is begun first, and judged last: it has ten seconds.
slow = [dial() for _ in range(100)]
for s in slow:
    s.sendall(b"GET /v1/clusters HTTP/1.1\r\nHost: hub\r\nX-Slow: ")
half = dial()
half.sendall(b"POST /v1/maintenance HTTP/1.1\r\nHost: hub\r\nContent-Length: 10\r\n\r\n{")
half.shutdown(socket.SHUT_WR)
deaf = dial()
deaf.sendall(b"GET /v1/watch HTTP/1.1\r\nHost: hub\r\n\r\n")  # and never reads
tell(served(), "slow_heads_and_a_deaf_reader_keep_nobody_waiting")

HEAD = b"POST /v1/maintenance HTTP/1.1\r\nHost: hub\r\n"
SMUGGLED = b"GET /v1/whoami HTTP/1.1\r\nHost: hub\r\n\r\n"
cases = {
    "two_lengths": (HEAD + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + SMUGGLED, b"400"),
    "a_length_and_chunks": (HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, b"400"),
    "a_length_with_a_sign": (HEAD + b"Content-Length: +0\r\n\r\n" + SMUGGLED, b"400"),
    "a_length_in_hex": (HEAD + b"Content-Length: 0x0\r\n\r\n" + SMUGGLED, b"400"),
    "an_odd_coding": (HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + SMUGGLED, b"501 400"),
    "a_blank_before_the_colon": (HEAD + b"Content-Length : 0\r\n\r\n" + SMUGGLED, b"400"),
    "a_folded_field": (HEAD + b"X: a\r\n b\r\n\r\n" + SMUGGLED, b"400"),
    "a_bare_newline": (b"GET /healthz HTTP/1.1\nHost: hub\n\n" + SMUGGLED, b"400"),
    "a_nul": (b"GET /healthz HTTP/1.1\r\nHost: hub\r\nX: \0\r\n\r\n" + SMUGGLED, b"400"),
    "no_host": (b"GET /healthz HTTP/1.1\r\n\r\n" + SMUGGLED, b"400"),
    "two_hosts": (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SMUGGLED, b"400"),
    "another_protocol": (b"GET / HTTP/3.0\r\n\r\n" + SMUGGLED, b"505 400"),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(64) + b"\r\n\r\n", b"400"),
    "garbage": (bytes(range(128, 256)) * 40 + b"\r\n\r\n", b"400 431 414"),
    "a_head_without_end": (b"GET / HTTP/1.1\r\nHost: hub\r\n" + b"X: " + b"a" * 40000, b"431"),
    "a_thousand_fields": (b"GET / HTTP/1.1\r\nHost: hub\r\n" + b"X: a\r\n" * 1000 + b"\r\n", b"431"),
    "a_long_target": (b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: hub\r\n\r\n", b"414"),
    "a_body_too_long": (HEAD + b"Content-Length: 2000000\r\n\r\n" + b"a" * 100000, b"413"),
    "a_length_past_all": (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n", b"400 413"),
}
for name, (data, expected) in cases.items():
    s = dial()
    send(s, data)
    s.shutdown(socket.SHUT_WR)
    answer = rest(s)
    status = answer[9:12]
    once = len(re.findall(rb"HTTP/1\.1 \d{3} [A-Z]", answer)) == 1  # and nothing that was smuggled behind it
    tell(status in expected.split() and once and b"problem+json" in answer, name, answer[:300])
s = dial()
s.sendall(GOOD)
s.shutdown(socket.SHUT_WR)
tell(rest(s).startswith(b"HTTP/1.1 200"), "who_only_stops_sending_is_answered")
for _ in range(200):
    s = dial()
    s.sendall(SMUGGLED[:7])
    s.close()
tell(served(), "those_who_vanish_leave_nothing")
crowd = []
for _ in range(700):
    crowd.append(dial())
rest(crowd[-1])  # it is refused, so those before it are, too, or they wait to be asked
refused = {rest(s)[9:12] for s in select.select(crowd[:-1], [], [], 0)[0]}
tell(refused == {b"503", b""}, "a_crowd_is_told_503_and_then_cut", refused)
for s in crowd:
    s.close()
while not served():
    pass
print("ok when_it_leaves_there_is_room")
tell(half.recv(4096)[9:12] in (b"400", b"408", b""), "a_half_closed_body_is_cut")
answers = [rest(s) for s in slow]
tell(all(a.startswith(b"HTTP/1.1 408") for a in answers), "every_slow_head_is_ended_with_408", answers[0][:200])
tell(served(), "and_the_hub_goes_on")
PYTHON
n get clusters -o name --demo; check everybody_else_is_served $? 0 store-0001 out
n hub status --demo -o json; check it_counted_them $? 0

# ---- hubs of another version
cat >"$dir/hub.py" <<'PYTHON'
import http.server, json, os, socketserver, sys
path, body = sys.argv[1:]


class Door(socketserver.UnixStreamServer):
    def get_request(self):
        return self.socket.accept()[0], ("hub", 0)


class Hub(http.server.BaseHTTPRequestHandler):
    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        self.answer(200, body)

    def do_POST(self):
        self.answer(202, '{"stopping":true}')
        os.unlink(path)
        os._exit(0)

    def log_message(self, *_):
        pass


Door(path, Hub).serve_forever()
PYTHON
play() { # BODY of /v1/hub
    rm -f "$dir/other.sock"
    python3 "$dir/hub.py" "$dir/other.sock" "$1" &
    other=$!
    while ! [ -S "$dir/other.sock" ]; do kill -0 $other || exit 1; done
}
play '{"api":2,"version":"9.0.0","name":"hub"}'
for command in "get clusters" "whoami" "frame" "console" "maintenance start a --for 1h --reason x" "audit list" "describe cluster a"; do
    # shellcheck disable=SC2086
    n $command --hub "$dir/other.sock"; check "another_api_is_refused: $command" $? 14 'speaks API 2, this program API 1' err
done
mend=$(sed -n "s/.*stop it with '\([^']*\)'.*/\1/p" "$dir/err")
[ "$mend" = "nocturne --hub $dir/other.sock hub stop" ] && echo "ok the_command_that_mends_it_is_said" || echo "not ok the_command_that_mends_it_is_said: $mend"
# shellcheck disable=SC2086
n ${mend#nocturne }; check and_it_does $? 0
wait $other; other=
play 'no json at all'
n whoami --hub "$dir/other.sock"; check what_is_no_hub_is_an_error $? 14 'no hub that this program knows' err
kill $other; wait $other 2>/dev/null; other=
play '[]'
n whoami --hub "$dir/other.sock"; check nor_is_a_list $? 14 'no hub that this program knows' err
