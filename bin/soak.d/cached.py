"""Large and popular objects through the cache: rates, one request for many, what is too long to be stored.
cached.py PROXY_PORT ORIGIN_PORT PID"""

import http.client
import json
import os
import selectors
import socket
import sys
import time
import urllib.request

from kit import MB, Checksum, Stalls, Verdict, Watch, checksum_of, read_all

GIB = 1 << 30
RUNS = 8
CLIENTS = 500
POPULAR = 20_000_000
RATE = 20_000_000
MOST_FIRST = 0.2
SILENCE = 60

proxy, origin, pid = map(int, sys.argv[1:4])
verdict = Verdict()
stalls = Stalls()


def told(path):
    with urllib.request.urlopen(f"http://127.0.0.1:{origin}/told", timeout=SILENCE) as answer:
        return [begin for what, begin in json.load(answer) if what == path]


def download(path):
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=SILENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:
        sys.exit(f"  FAIL  {path}: status {answer.status}")
    begin = time.monotonic()
    got = read_all(answer)
    seconds = time.monotonic() - begin
    connection.close()
    return str(got), got.size / MB / seconds


def busy():
    """CPU seconds of the proxy so far."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rates():
    """Cold objects with and without the cache, by turns; the best of some runs each. After the third the store is full, as
    stores are: what is new replaces what is old."""
    expected = checksum_of(GIB)
    best = {"plain": 0.0, "cached": 0.0}
    cost = {"plain": 0.0, "cached": 0.0}
    good = True
    for run in range(RUNS):
        for where in best:
            before = busy()
            got, rate = download(f"/{where}/bytes/{GIB}?run={run}")
            cost[where] = busy() - before
            good &= got == expected
            best[where] = max(best[where], rate)
    verdict.holds(good, "1 GiB comes whole each time")
    share = best["cached"] / best["plain"]
    verdict.figure(f"1 GiB cold: {best['plain']:.0f} MB/s without the cache, {best['cached']:.0f} with it, {share:.0%}")
    verdict.figure(f"CPU of the proxy for the last GiB: {cost['plain']:.2f} s without, {cost['cached']:.2f} s with")
    verdict.holds(share >= 0.9, "a cold object comes with 90 % of the rate or more")


def many(round_):
    """All ask at once. First one byte of each is waited for, then the rest is read. Gives when the last had it."""
    path = f"/cached/bytes/{POPULAR}?rate={RATE}&round={round_}"
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    watch = Watch(pid)
    choice = selectors.DefaultSelector()
    clients = {}
    for _ in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", proxy), SILENCE)
        client.setblocking(False)
        clients[client] = [b"", Checksum(), None]
    for client in clients:
        client.send(request)
        choice.register(client, selectors.EVENT_READ)
    waiting = set(clients)
    while waiting:
        ready = choice.select(SILENCE)
        if not ready:
            sys.exit(f"  FAIL  {len(waiting)} clients wait for a byte")
        for key, _ in ready:
            state = clients[key.fileobj]
            state[0] += key.fileobj.recv(64 if b"\r\n\r\n" not in state[0] else 1)
            head, end, rest = state[0].partition(b"\r\n\r\n")
            if end and rest:
                state[1].add(rest)
                state[2] = time.monotonic()
                waiting.discard(key.fileobj)
                choice.unregister(key.fileobj)
    for client in clients:
        choice.register(client, selectors.EVENT_READ)
    view = memoryview(bytearray(256 * 1024))
    left = set(clients)
    while left:
        ready = choice.select(SILENCE)
        if not ready:
            sys.exit(f"  FAIL  {len(left)} clients wait for more")
        for key, _ in ready:
            sum_ = clients[key.fileobj][1]
            count = key.fileobj.recv_into(view)
            sum_.add(view[:count])
            if not count or sum_.size >= POPULAR:
                left.discard(key.fileobj)
                choice.unregister(key.fileobj)
                key.fileobj.close()
    begins = told(path.removeprefix("/cached"))
    verdict.holds(len(begins) == 1, f"{CLIENTS} clients cost one request to the upstream", len(begins))
    first = sorted(state[2] - begins[0] for state in clients.values())
    verdict.figure(f"first bytes after the upstream's: median {first[CLIENTS // 2] * 1000:.0f} ms, last {first[-1] * 1000:.0f}")
    expected = checksum_of(POPULAR)
    wrong = sum(str(state[1]) != expected for state in clients.values())
    verdict.holds(not wrong, "all of them have all bytes", wrong)
    verdict.figure(watch.end())
    return first[-1]


def too_long():
    size = 5 * GIB
    expected = checksum_of(size)
    for kind in ("", "&chunked"):
        watch = Watch(pid)
        got, rate = download(f"/cached/bytes/{size}?long{kind}")
        verdict.holds(got == expected, f"5 GiB come whole{', in chunks' if kind else ''} ({rate:.0f} MB/s)", got)
        verdict.figure(watch.end())


rates()
many(0)  # what runs for the first time is compiled on the way
verdict.holds(min(many(1), many(2)) <= MOST_FIRST, "the last first byte comes within 200 ms", stalls)
too_long()
verdict.figure(stalls)
verdict.end()
