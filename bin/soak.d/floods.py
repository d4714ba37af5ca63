"""HTTP/2 clients that send what costs more to take than to send. The attacker and those who must not notice share the machine
with the proxy, so that all three are slower for the attacker's own work; what the proxy adds is seen by turns: the
same attacker at the same moments sends as much to a process that reads and throws away.
floods.py PORT PID ADMIN_PORT TOKEN"""

import dataclasses
import itertools
import multiprocessing
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
WARM_UP_SECONDS = 20.0
SECONDS = 2.0
PAUSE = 0.05
PATIENCE = 60
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


@dataclasses.dataclass
class Attack:
    """One connection: when it began within its round, how many frames were handed to the system, the code of the GOAWAY,
    whether it was closed before all was sent."""

    begin: float
    frames: int
    code: int | None
    early: bool


def attack(to, flood, begin, frames=FRAMES):
    """Sends until the connection is closed; when all is sent, that is waited for."""
    with socket.socket() as bad:
        bad.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        bad.connect(("127.0.0.1", to))
        bad.setblocking(False)
        waiting, sent, came, closed, over = PREFACE + frame(4, 0, 0), 0, b"", False, False
        source = itertools.islice(flood(), frames)
        until = time.monotonic() + PATIENCE
        while not closed and time.monotonic() < until:
            while len(waiting) < 8192 and (more := next(source, None)) is not None:
                waiting += more
                sent += 1
            try:
                if not waiting and not over:
                    over = True
                    bad.shutdown(socket.SHUT_WR)
                can_read, can_write, _ = select.select([bad], [bad] if waiting else [], [], 1)
                if can_read:
                    got = bad.recv(65536)
                    closed = not got
                    came += got
                if can_write and not closed:
                    waiting = waiting[bad.send(waiting) :]
            except OSError:
                closed = True
    return Attack(begin, sent, code_of(came), closed and not over)


def attacked(flood):
    """Attacks the proxy again and again for a round."""
    begin = time.monotonic()
    attacks = []
    while not attacks or time.monotonic() - begin < SECONDS - 0.3:
        attacks.append(attack(port, flood, time.monotonic() - begin))
        time.sleep(PAUSE)
    return attacks


def repeated(attacks, flood):
    """Sends what these have sent to the sink, at the same moments."""
    begin = time.monotonic()
    for each in attacks:
        time.sleep(max(0.0, begin + each.begin - time.monotonic()))
        attack(sink, flood, each.begin, each.frames)


def swallow(listening):
    """Reads and throws away; who sends no more is closed."""
    room = bytearray(65536)
    while True:
        connection, _ = listening.accept()
        with connection:
            try:
                while connection.recv_into(room):
                    pass
            except OSError:
                pass


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


def noticed(doing):
    """The 99th percentile of the good clients while something is done, what that gives back, and the proxy's CPU time."""
    spent = cpu_seconds(pid)
    good = Good(port, SECONDS)
    done = doing()
    return good.p99(), done, cpu_seconds(pid) - spent


def spread(times):
    return f"{statistics.median(times) * 1000:.1f} ms ({', '.join(f'{each * 1000:.1f}' for each in times)})"


def try_flood(name, flood):
    attacks = attacked(flood)
    quiet, aside, under, cost, seen = [], [], [], [], []
    for _ in range(ROUNDS):
        quiet.append(noticed(lambda: None)[0])
        before = attacks
        p99, _, spent_aside = noticed(lambda: repeated(before, flood))
        aside.append(p99)
        p99, attacks, spent = noticed(lambda: attacked(flood))
        under.append(p99)
        seen += attacks
        cost.append((spent - spent_aside) / len(attacks))
        if not all(each.early for each in attacks):
            return verdict.holds(False, f"{name}: the connection is closed early", attacks[-1])
    time.sleep(1)
    spent = cpu_seconds(pid)
    time.sleep(1)
    spent = cpu_seconds(pid) - spent
    codes = {each.code for each in seen}
    told = ", ".join(CODES.get(code, "reset before it was read" if code is None else str(code)) for code in codes)
    verdict.holds(True, f"{name}: closed after {max(each.frames for each in seen)} frames at most ({told})")
    ratio = statistics.median(under) / statistics.median(aside)
    verdict.holds(ratio <= MOST_SLOWER, f"{name}: p99 of 64 others {ratio:.2f} times that with the attacker busy elsewhere")
    verdict.figure(f"attacked {spread(under)}, elsewhere {spread(aside)}, quiet {spread(quiet)}")
    verdict.figure(f"{statistics.median(under) / statistics.median(quiet):.2f} times that of a quiet machine; {len(seen) / ROUNDS:.0f} attacks "
                   f"a round, {statistics.median(cost) * 1000:.1f} ms of the proxy's CPU each")  # fmt: skip
    verdict.holds(spent <= MOST_IDLE, f"{name}: {spent:.2f} s of CPU in the second second after it")


FLOODS = (resets, continuations, empty_continuations, pings, settings, empty_data, empty_headers, bombs)
with socket.create_server(("127.0.0.1", 0)) as listening:
    sink = listening.getsockname()[1]
    multiprocessing.Process(target=swallow, args=(listening,), daemon=True).start()
# The first collections of a young process last as long as an attack, and would be taken for its doing.
good = Good(port, WARM_UP_SECONDS)
until = time.monotonic() + WARM_UP_SECONDS
for flood in itertools.cycle(FLOODS):
    attack(port, flood, 0)
    if time.monotonic() > until:
        break
good.p99()
for flood in FLOODS:
    try_flood(flood.__name__.replace("_", " "), flood)
reasons = ended()
verdict.figure(f"ended connections: {reasons}")
verdict.holds({"reset-flood", "continuation-flood", "ping-flood", "settings-flood", "data-flood"} <= reasons.keys(), "they are counted by reason")
verdict.figure(stalls)
verdict.end()
