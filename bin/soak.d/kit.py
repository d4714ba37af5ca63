"""What the long checks share: verdicts, a client of the API, the memory of a process, a stream to compare."""

import http.client
import json
import random
import sys
import threading
import time
import zlib

PIECE = 1 << 20
MB = 1e6


class Verdict:
    """Prints what holds and what does not; `end` is the exit code."""

    def __init__(self):
        self.failures = 0

    def figure(self, text):
        print(f"        {text}", flush=True)

    def holds(self, condition, what, *details):
        print(("  ok    " if condition else "  FAIL  ") + what, flush=True)
        if not condition:
            self.failures += 1
            for detail in details:
                self.figure(str(detail))
        return condition

    def end(self):
        sys.exit(1 if self.failures else 0)


class Api:
    """The REST API over one kept connection."""

    def __init__(self, port, token, timeout=20):
        self.token = token
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.times = []

    def call(self, method, path, body=None):
        """The status and the JSON of the answer; how long it took is added to `times`."""
        fields = {"Authorization": "Bearer " + self.token}
        sent = None
        if body is not None:
            fields["Content-Type"] = "application/json"
            sent = json.dumps(body)
        begin = time.perf_counter()
        self.connection.request(method, "/api/v1" + path, sent, fields)
        answer = self.connection.getresponse()
        text = answer.read()
        self.times.append(time.perf_counter() - begin)
        return answer.status, json.loads(text) if text else None


def resident(pid):
    """Resident memory of a process in bytes."""
    with open(f"/proc/{pid}/status") as lines:
        for line in lines:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise LookupError("no VmRSS")


class Watch(threading.Thread):
    """Samples the resident memory of a process ten times a second."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.before = self.most = self.last = resident(pid)
        self.ended = threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(0.1):
            try:
                self.last = resident(self.pid)
            except (OSError, LookupError):
                return
            self.most = max(self.most, self.last)

    @property
    def growth(self):
        return self.most - self.before

    def end(self):
        self.ended.set()
        self.join()
        return f"resident {self.before / MB:.0f} MB before, {self.most / MB:.0f} at most, {self.last / MB:.0f} after"


class Stalls(threading.Thread):
    """Notes how long this process itself was not run: figures of a machine that stood still mean little."""

    def __init__(self):
        super().__init__(daemon=True)
        self.longest = 0.0
        self.start()

    def run(self):
        before = time.monotonic()
        while True:
            time.sleep(0.05)
            now = time.monotonic()
            self.longest = max(self.longest, now - before - 0.05)
            before = now

    def __str__(self):
        return f"this program itself had to wait for the machine for up to {self.longest * 1000:.0f} ms"


def pieces(size):
    """A stream that is the same every time, as views to be used before the next one is taken. Each piece begins
    with its number, so that pieces that are lost, doubled or out of order are noticed."""
    piece = bytearray(random.Random(1).randbytes(PIECE))
    view = memoryview(piece)
    for number in range((size + PIECE - 1) // PIECE):
        piece[:8] = number.to_bytes(8, "big")
        yield view[: min(PIECE, size - number * PIECE)]


class Checksum:
    """Length and CRC of what came."""

    def __init__(self):
        self.size = self.crc = 0

    def add(self, data):
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)

    def __str__(self):
        return f"{self.size} bytes, crc {self.crc:08x}"


def checksum_of(size):
    """The checksum that a stream of this size must have, as text."""
    sum_ = Checksum()
    for piece in pieces(size):
        sum_.add(piece)
    return str(sum_)


def read_all(source, rate=None, seconds=None, told=None):
    """Reads a file-like body to its end, or for some seconds, at most `rate` bytes a second. `told` is called with
    what has come so far."""
    sum_ = Checksum()
    view = memoryview(bytearray(PIECE if rate is None else max(4096, rate // 20)))
    begin = time.monotonic()
    while seconds is None or time.monotonic() - begin < seconds:
        count = source.readinto(view)
        if not count:
            break
        sum_.add(view[:count])
        if told:
            told(sum_.size)
        if rate:
            time.sleep(max(0.0, begin + sum_.size / rate - time.monotonic()))
    return sum_


def send_all(sink, size):
    """Sends the stream to a socket."""
    sum_ = Checksum()
    for piece in pieces(size):
        sink.sendall(piece)
        sum_.add(piece)
    return sum_


def generation_of(name, generation):
    """The body of one generation of an object: 1 byte to 3 MB, the same every time."""
    chance = random.Random(f"{name} {generation}")
    return chance.randbytes(chance.choice((1, 4000, 50_000, 3_000_000)))
