"""relay.py LISTEN HUB LOG: pass on what goes to the hub's socket, and write down the first line of every request."""
import socket, sys, threading

listen, hub, log = sys.argv[1:]
out = open(log, "a", buffering=1)


def up(client, server):
    data = b""
    while chunk := client.recv(65536):
        data += chunk
        while b"\r\n\r\n" in data:
            head, rest = data.split(b"\r\n\r\n", 1)
            lines = head.split(b"\r\n")
            length = next((int(x.split(b":")[1]) for x in lines if x.lower().startswith(b"content-length:")), 0)
            if len(rest) < length:
                break
            out.write(lines[0].decode() + "\n")
            data = rest[length:]
        server.sendall(chunk)
    server.shutdown(socket.SHUT_WR)


def down(client, server):
    try:
        while chunk := server.recv(65536):
            client.sendall(chunk)
        client.shutdown(socket.SHUT_WR)
    except OSError:
        pass


door = socket.socket(socket.AF_UNIX)
door.bind(listen)
door.listen(64)
while True:
    client = door.accept()[0]
    server = socket.socket(socket.AF_UNIX)
    server.connect(hub)
    for way in up, down:
        threading.Thread(target=way, args=(client, server), daemon=True).start()
