"""Large bodies both ways through the proxy, and slow ends: bytes equal, memory flat.
bodies.py LABEL PROXY_PORT ORIGIN_PORT PID GIGABYTES"""

import http.client
import json
import socket
import sys
import threading
import time
import urllib.request

from kit import MB, Verdict, Watch, checksum_of, pieces, read_all, send_all

MOST_GROWTH = 150 * MB
# What two pairs of socket buffers may hold at the sizes that Linux grows them to, and the proxy's own buffers.
MOST_BETWEEN = 32 * MB
SLOW_RATE = 1_000_000
SLOW_SECONDS = 20
# Nobody waits longer than this for the next byte, or for a whole transfer.
SILENCE = 30
LONGEST = 900

label, proxy, origin, pid, gigabytes = sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5])
size = int(gigabytes * (1 << 30))
verdict = Verdict()


def connect():
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=SILENCE)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def download(amount, rate=None, seconds=None, query=""):
    connection = connect()
    connection.request("GET", f"/bytes/{amount}{query}")
    answer = connection.getresponse()
    if answer.status != 200:
        raise OSError(f"status {answer.status}")
    got = read_all(answer, rate, seconds)
    connection.close()
    return got


def begin_upload(amount, path):
    connection = connect()
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", "application/octet-stream")
    connection.putheader("Content-Length", str(amount))
    connection.endheaders()
    return connection


def upload(amount):
    connection = begin_upload(amount, "/count")
    sent = send_all(connection.sock, amount)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise OSError(f"status {answer.status}")
    return str(sent), json.loads(body)["got"]


def attempt(what, action):
    """The result of an action that must not fail and not take for ever, or None."""
    result = []

    def work():
        try:
            result.append((action(), None))
        except (OSError, http.client.HTTPException, ValueError) as e:
            result.append((None, e))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(LONGEST)
    value, error = result[0] if result else (None, f"not done after {LONGEST} s")
    if error is not None:
        verdict.holds(False, what, f"{type(error).__name__}: {error}")
    return value


def push(amount, path, seconds):
    """Sends as much of an upload as is taken in some seconds; gives that number and how much the origin has then."""
    connection = begin_upload(amount, path)
    connection.sock.settimeout(0.2)
    end = time.monotonic() + seconds
    sent = 0
    for piece in pieces(amount):
        while len(piece) and time.monotonic() < end:
            try:
                count = connection.sock.send(piece)
            except TimeoutError:
                continue
            sent += count
            piece = piece[count:]
    taken = told_moved("up")
    connection.close()
    return sent, taken


def told_moved(name):
    with urllib.request.urlopen(f"http://127.0.0.1:{origin}/moved/{name}", timeout=SILENCE) as answer:
        return json.load(answer)["moved"]


def slow_client():
    what = f"{label}: a slow client"
    result = attempt(what, lambda: download(size, SLOW_RATE, SLOW_SECONDS, "?id=down"))
    if result is None:
        return
    between = told_moved("down") - result.size
    verdict.figure(f"the slow client read {result.size / MB:.1f} MB, {between / MB:.1f} MB more had left the upstream")
    verdict.holds(result.size >= 0.9 * SLOW_RATE * SLOW_SECONDS, f"{what} gets 1 MB/s for 20 s")
    verdict.holds(between < MOST_BETWEEN, f"{what} slows the upstream down")


def slow_upstream():
    what = f"{label}: a slow upstream"
    result = attempt(what, lambda: push(size, f"/slow/{SLOW_RATE}?id=up", SLOW_SECONDS))
    if result is None:
        return
    sent, taken = result
    verdict.figure(f"the slow upstream read {taken / MB:.1f} MB, {(sent - taken) / MB:.1f} MB more had left the client")
    verdict.holds(taken >= 0.9 * SLOW_RATE * SLOW_SECONDS, f"{what} gets 1 MB/s for 20 s")
    verdict.holds(sent - taken < MOST_BETWEEN, f"{what} slows the client down")


def fast(what, action):
    begin = time.monotonic()
    result = attempt(f"{label}: {what}", action)
    seconds = time.monotonic() - begin
    if result is not None:
        verdict.figure(f"{what} of {size / (1 << 30):g} GiB: {seconds:.1f} s, {size / MB / seconds:.0f} MB/s")
    return result


for _ in range(20):
    if attempt(f"{label}: a small download", lambda: download(1024)) is None:
        verdict.end()
    if attempt(f"{label}: a small upload", lambda: upload(1024)) is None:
        verdict.end()

watch = Watch(pid)
# Slow ends first: later the heap is resident already, and what is held would not show.
ends = [threading.Thread(target=end) for end in (slow_client, slow_upstream)]
for end in ends:
    end.start()
for end in ends:
    end.join()
slow_growth = watch.growth
verdict.holds(slow_growth < MOST_GROWTH, f"{label}: memory with slow ends grew by {slow_growth / MB:.0f} MB")

expected = checksum_of(size)
got = fast("download", lambda: download(size))
if got is not None:
    verdict.holds(str(got) == expected, f"{label}: the download is what was sent ({expected})", got)
both = fast("upload", lambda: upload(size))
if both is not None:
    verdict.holds(both == (expected, expected), f"{label}: the upload is what was sent ({expected})", both)
verdict.figure(watch.end())
verdict.holds(watch.growth < MOST_GROWTH, f"{label}: memory grew by {watch.growth / MB:.0f} MB, less than 150")
verdict.end()
