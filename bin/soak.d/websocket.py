"""WebSocket connections that echo while changes are made, and a huge message for a slow reader.
websocket.py PROXY_PORT ADMIN_PORT TOKEN PID NODE HUGE CONNECTIONS STREAMS SECONDS"""

import asyncio
import hashlib
import socket
import sys
import threading
import time

import h2.config
import h2.connection
import h2.events
import websockets
from kit import MB, Api, Verdict, Watch
from websockets.frames import Frame, Opcode

CHANGES = 100
PAUSE = 0.5
proxy, admin = map(int, sys.argv[1:3])
pid, node, huge, connections, streams, seconds = map(int, sys.argv[4:10])
verdict = Verdict()



class Counts:
    def __init__(self):
        self.sent = self.back = self.opened = self.closed = 0
        self.wrong = []


async def one(number, counts, ready, until):
    try:
        async with websockets.connect(f"ws://127.0.0.1:{proxy}/echo", compression=None, ping_interval=None,
                                      open_timeout=60, close_timeout=30) as ws:  # fmt: skip
            counts.opened += 1
            await ready.wait()
            await asyncio.sleep(PAUSE * (number % 50) / 50)
            while time.monotonic() < until[0]:
                text = f"{number}:{counts.sent}:" + "x" * (number % 300)
                counts.sent += 1
                await ws.send(text)
                got = await asyncio.wait_for(ws.recv(), 30)
                if got != text:
                    counts.wrong.append((number, got[:40]))
                counts.back += 1
                await asyncio.sleep(PAUSE)
    except Exception as e:  # whatever ends a connection early is the result
        counts.closed += 1
        counts.wrong.append((number, repr(e)))


async def echoes(counts, until, told):
    ready = asyncio.Event()
    tasks = []
    for number in range(connections):
        tasks.append(asyncio.create_task(one(number, counts, ready, until)))
        if number % 50 == 49:
            await asyncio.sleep(0.05)
    while counts.opened + counts.closed < connections:
        await asyncio.sleep(0.1)
    until[0] = time.monotonic() + seconds
    ready.set()
    told.set()
    await asyncio.gather(*tasks)


class H2Echo(threading.Thread):
    """Streams of one HTTP/2 connection, each a WebSocket (RFC 8441) with one message at a time."""

    def __init__(self, until):
        super().__init__(daemon=True)
        self.until = until
        self.counts = Counts()

    def run(self):
        try:
            self.echo()
        except Exception as e:  # the result, as above
            self.counts.wrong.append(repr(e))

    def echo(self):
        sock = socket.create_connection(("127.0.0.1", proxy))
        sock.settimeout(30)
        conn = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        conn.initiate_connection()
        sock.sendall(conn.data_to_send())
        asked, expected, got = 0, {}, {}
        fields = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"),
                  (":authority", "example.test"), (":path", "/echo"), ("sec-websocket-version", "13")]  # fmt: skip
        while True:
            for event in conn.receive_data(sock.recv(65536)):
                if isinstance(event, h2.events.ResponseReceived):
                    if dict(event.headers)[":status"] != "200":
                        raise ValueError(event.headers)
                    self.counts.opened += 1
                    self.say(conn, event.stream_id, expected)
                elif isinstance(event, h2.events.DataReceived):
                    number = event.stream_id
                    conn.acknowledge_received_data(event.flow_controlled_length, number)
                    got[number] = got.get(number, b"") + event.data
                    if len(got[number]) < len(expected[number]):
                        continue
                    if got.pop(number) != expected[number]:
                        self.counts.wrong.append(number)
                    self.counts.back += 1
                    if time.monotonic() < self.until[0]:
                        self.say(conn, number, expected)
                elif isinstance(event, (h2.events.StreamReset, h2.events.StreamEnded, h2.events.ConnectionTerminated)):
                    self.counts.closed += 1
            while asked < streams and conn.remote_settings.enable_connect_protocol == 1:
                conn.send_headers(conn.get_next_available_stream_id(), fields)
                asked += 1
            sock.sendall(conn.data_to_send())
            if asked and self.counts.back == self.counts.sent and time.monotonic() >= self.until[0]:
                return
            time.sleep(0.01)

    def say(self, conn, stream, expected):
        frame = Frame(Opcode.BINARY, f"{stream}:{self.counts.sent}:".encode() + b"y" * (stream % 700))
        expected[stream] = frame.serialize(mask=False)
        conn.send_data(stream, frame.serialize(mask=True))
        self.counts.sent += 1


def changes(until, told, faults):
    told.wait()
    api = Api(admin, sys.argv[3])
    for n in range(CHANGES):
        time.sleep(max(0.0, until[0] - seconds + 1 + n * (seconds - 4) / CHANGES - time.monotonic()))
        mark = {"set": {"X-Round": str(n)}}
        what, body = [
            ("/locations/echo", {"path": "/echo", "upstream": "echo", "response-headers": mark}),
            ("/upstreams/echo", {"nodes": [{"address": f"127.0.0.1:{node}", "weight": 1 + n % 3}]}),
            ("/locations/echo", {"path": "/echo", "upstream": "other", "response-headers": mark}),
            ("/upstreams/echo", {"nodes": [{"address": "127.0.0.1:1"}], "connect-timeout": f"{1 + n}s"}),
        ][n % 4]
        status, answer = api.call("PUT", what, body)
        if status not in (200, 201) or not answer["changed"]:
            faults.append(f"change {n}, {what}: {status} {answer}")
    return faults


def raw_handshake(path):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    sock.settimeout(60)
    sock.connect(("127.0.0.1", proxy))
    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())  # fmt: skip
    source = sock.makefile("rb", buffering=0)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += source.read(1)
    return sock, source, head


def slow_reader(rate):
    """One message of `huge` bytes at `rate` bytes a second; what it takes of memory and whether it is whole."""
    sock, source, head = raw_handshake("/huge")
    watch = Watch(pid)
    frame = b""
    while len(frame) < 10:
        frame += source.read(10 - len(frame))
    length = int.from_bytes(frame[2:], "big")
    expected = hashlib.sha256()
    for _ in range(huge // 65536):
        expected.update(bytes(range(256)) * 256)
    expected.update((bytes(range(256)) * 256)[: huge % 65536])
    got, size, start = hashlib.sha256(), 0, time.monotonic()
    while size < length:
        piece = source.read(min(65536, length - size))
        if not piece:
            break
        got.update(piece)
        size += len(piece)
        time.sleep(max(0.0, start + size / rate - time.monotonic()))
    verdict.figure(f"{size / MB:.0f} MB in {time.monotonic() - start:.0f} s; {watch.end()}")
    verdict.holds(b" 101 " in head and size == huge and got.digest() == expected.digest(), "the huge message is whole")
    verdict.holds(watch.growth < 32e6, f"memory stays flat: {watch.growth / MB:.0f} MB more at most")
    sock.close()


slow_reader(8e6)
counts, until, told, faults = Counts(), [float("inf")], threading.Event(), []
h2echo = H2Echo(until)
changer = threading.Thread(target=changes, args=(until, told, faults), daemon=True)
watch = Watch(pid)
h2echo.start()
changer.start()
asyncio.run(echoes(counts, until, told))
changer.join(30)
h2echo.join(40)
verdict.figure(f"{counts.opened} connections, {counts.sent} messages in {seconds} s; {watch.end()}")
verdict.figure(f"over HTTP/2: {h2echo.counts.opened} streams of one connection, {h2echo.counts.sent} messages")
verdict.holds(counts.opened == connections and counts.closed == 0, "no connection was closed", *counts.wrong[:5])
verdict.holds(counts.back == counts.sent and not counts.wrong, "no message was lost or changed", *counts.wrong[:5])
verdict.holds(h2echo.counts.opened == streams and h2echo.counts.closed == 0 and not h2echo.is_alive(),
              "no stream was closed", *h2echo.counts.wrong[:5])  # fmt: skip
verdict.holds(h2echo.counts.back == h2echo.counts.sent > streams and not h2echo.counts.wrong,
              "no message of a stream was lost or changed", *h2echo.counts.wrong[:5])  # fmt: skip
verdict.holds(not faults and not changer.is_alive(), f"{CHANGES} changes were made meanwhile", *faults[:5])
verdict.end()
