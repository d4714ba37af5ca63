"""Good clients, and what they notice of bad ones."""

import multiprocessing
import selectors
import socket
import statistics
import time

CLIENTS = 64
PAUSE = 0.05
REQUEST = b"GET / HTTP/1.1\r\nHost: good.test\r\n\r\n"


def _run(port, seconds, out):
    """Each client asks, reads the whole answer, pauses and asks again, all in one loop."""
    chooser = selectors.DefaultSelector()
    times, faults = [], 0
    begin = time.monotonic()
    due = {}
    for number in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", port), timeout=30)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.setblocking(False)
        chooser.register(client, selectors.EVENT_READ)
        due[client] = begin + PAUSE * number / CLIENTS
    asked = {}
    while (now := time.monotonic()) < begin + seconds:
        for client, when in due.items():
            if client not in asked and when <= now:
                asked[client] = time.perf_counter()
                client.send(REQUEST)
        for key, _ in chooser.select(0.001):
            client = key.fileobj
            try:
                answer = client.recv(65536)
            except OSError:
                answer = b""
            if client in asked and answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"here"):
                times.append(time.perf_counter() - asked.pop(client))
                due[client] = time.monotonic() + PAUSE
            else:
                faults += 1
                chooser.unregister(client)
                asked.pop(client, None)
                del due[client]
    for client, when in asked.items():
        times.append(time.perf_counter() - when)  # at least so long
    out.send((times, faults))


class Good:
    """64 clients in a process of their own for some seconds."""

    def __init__(self, port, seconds):
        self.mine, theirs = multiprocessing.Pipe(False)
        self.process = multiprocessing.Process(target=_run, args=(port, seconds, theirs), daemon=True)
        self.process.start()

    def p99(self):
        """The 99th percentile in seconds, when they have ended; none of them may have failed."""
        times, faults = self.mine.recv()
        self.process.join()
        if faults:
            raise ConnectionError(f"{faults} good clients were not answered")
        return statistics.quantiles(times, n=100)[98]


def cpu_seconds(pid):
    """The CPU time that a process has used."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100
