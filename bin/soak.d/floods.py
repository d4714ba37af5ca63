"""HTTP/2 clients that send what costs more to take than to send.
floods.py PORT PID ADMIN_PORT TOKEN"""

import re
import select
import socket
import statistics
import struct
import sys
import time
import urllib.request

from good import Good, cpu_seconds
from kit import Stalls, Verdict

FRAMES = 100_000
ROUNDS = 5
WARM_UP_SECONDS = 10.0
SECONDS = 2.0
MOST_SLOWER = 2
MOST_IDLE = 0.1
CALM = 11
CODES = {0: "NO_ERROR", 1: "PROTOCOL_ERROR", 7: "REFUSED_STREAM", 9: "COMPRESSION_ERROR", CALM: "ENHANCE_YOUR_CALM"}
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
END_STREAM, END_HEADERS = 1, 4

port, pid, admin, token = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
verdict = Verdict()
stalls = Stalls()


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


# :method GET, :scheme http and :path / by the static table, :authority as a literal (RFC 7541 appendix A, 6.2.2)
GET = b"\x82\x86\x84\x01\x09good.test"
POST = b"\x83\x86\x84\x01\x09good.test"


def resets():
    for number in range(FRAMES):
        stream = 2 * number + 1
        yield frame(1, END_STREAM | END_HEADERS, stream, GET) + frame(3, 0, stream, struct.pack(">I", 8))


def continuations():
    yield frame(1, END_STREAM, 1, GET)
    for number in range(FRAMES):
        yield frame(9, 0, 1, b"\x00\x01a\x01b")


def empty_continuations():
    yield frame(1, END_STREAM, 1, GET)
    for _ in range(FRAMES):
        yield frame(9, 0, 1)


def pings():
    for number in range(FRAMES):
        yield frame(6, 0, 0, struct.pack(">Q", number))


def settings():
    for number in range(FRAMES):
        yield frame(4, 0, 0, struct.pack(">HI", 3, 100 + number % 2))


def empty_data():
    yield frame(1, END_HEADERS, 1, POST)
    for _ in range(FRAMES):
        yield frame(0, 0, 1)


def empty_headers():
    for number in range(FRAMES):
        yield frame(1, END_STREAM | END_HEADERS, 2 * number + 1)


def bombs():
    """4000 bytes go into the table once and are then named 12000 times by one byte each, in each request."""
    entry = b"\x40\x01b\x7f\xa1\x1e" + b"x" * 4000
    for number in range(FRAMES // 100):
        block = GET + (entry if number == 0 else b"") + b"\xbe" * 12_000
        yield frame(1, END_STREAM | END_HEADERS, 2 * number + 1, block)


def attack(flood):
    """Sends until the connection is closed: how many frames were handed to the system, and the code of the GOAWAY."""
    with socket.socket() as bad:
        bad.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        bad.connect(("127.0.0.1", port))
        bad.setblocking(False)
        waiting, sent, came, closed = PREFACE + frame(4, 0, 0), 0, b"", False
        frames = iter(flood())
        begin = time.monotonic()
        while not closed and time.monotonic() - begin < 60:
            while len(waiting) < 8192 and (more := next(frames, None)) is not None:
                waiting += more
                sent += 1
            can_read, can_write, _ = select.select([bad], [bad] if waiting else [], [], 1)
            try:
                if can_read:
                    got = bad.recv(65536)
                    closed = not got
                    came += got
                if can_write and not closed:
                    waiting = waiting[bad.send(waiting) :]
            except OSError:
                closed = True
    return sent, code_of(came), closed, time.monotonic() - begin


def code_of(came):
    """The error code of the last GOAWAY among frames."""
    code = None
    while len(came) >= 9:
        length = int.from_bytes(came[:3], "big")
        if came[3] == 7 and len(came) >= 17:
            code = int.from_bytes(came[13:17], "big")
        came = came[9 + length :]
    return code


def ended():
    request = urllib.request.Request(f"http://127.0.0.1:{admin}/metrics", headers={"Authorization": "Bearer " + token})
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read().decode()
    return {m[1]: float(m[2]) for m in re.finditer(r'^breakwater_http2_ended_total\{reason="([^"]+)",[^}]*\} (\S+)', text, re.M)}


def try_flood(name, flood):
    ratios, figures, codes, most = [], [], set(), 0
    for _ in range(ROUNDS):
        before = Good(port, SECONDS).p99()
        good = Good(port, SECONDS)
        until = time.monotonic() + SECONDS - 0.3
        attacks = 0
        while attacks == 0 or time.monotonic() < until:
            sent, code, closed, took = attack(flood)
            if not closed or sent >= FRAMES:
                return verdict.holds(False, f"{name}: the connection is closed early", f"{sent} frames, open after {took:.1f} s")
            most = max(most, sent)
            codes.add(code)
            attacks += 1
            time.sleep(0.05)
        meanwhile = good.p99()
        ratios.append(meanwhile / before)
        figures.append(f"{before * 1000:.1f} -> {meanwhile * 1000:.1f} ms with {attacks} attacks")
    time.sleep(1)
    spent = cpu_seconds(pid)
    time.sleep(1)
    spent = cpu_seconds(pid) - spent
    told = ", ".join(CODES.get(code, "reset before it was read" if code is None else str(code)) for code in codes)
    verdict.holds(True, f"{name}: closed after {most} frames at most ({told})")
    ratio = statistics.median(ratios)
    verdict.holds(ratio <= MOST_SLOWER, f"{name}: p99 of 64 others {ratio:.2f} times that of before ({'; '.join(figures)})")
    verdict.holds(spent <= MOST_IDLE, f"{name}: {spent:.2f} s of CPU in the second second after it")


# The first collections of a young process last as long as an attack, and would be taken for its doing.
good = Good(port, WARM_UP_SECONDS)
until = time.monotonic() + WARM_UP_SECONDS
while time.monotonic() < until:
    attack(resets)
good.p99()
for flood in (resets, continuations, empty_continuations, pings, settings, empty_data, empty_headers, bombs):
    try_flood(flood.__name__.replace("_", " "), flood)
reasons = ended()
verdict.figure(f"ended connections: {reasons}")
verdict.holds({"reset-flood", "continuation-flood", "ping-flood", "settings-flood", "data-flood"} <= reasons.keys(), "they are counted by reason")
verdict.figure(stalls)
verdict.end()
