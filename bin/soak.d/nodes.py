"""Nodes that die, hang and reset under load, one of three and then all of them.
nodes.py PROXY_PORT ADMIN_PORT TOKEN PID NODE1 NODE2 NODE3"""

import collections
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from kit import MB, Api, Stalls, Verdict, Watch

CONNECTIONS = 64
DEADLINE = 3
HERE = os.path.dirname(os.path.abspath(__file__))
GOOD = ["good", "2"]

proxy, admin = map(int, sys.argv[1:3])
pid = int(sys.argv[4])
ports = list(map(int, sys.argv[5:8]))
api = Api(admin, sys.argv[3])
verdict = Verdict()
running = {}


def start(port, *mode):
    """Has a node behave, instead of the one that is there."""
    stop(port)
    running[port] = subprocess.Popen([sys.executable, f"{HERE}/node.py", str(port), *mode])
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"no node on {port}")


def stop(port):
    process = running.pop(port, None)
    if process:
        process.send_signal(signal.SIGKILL)
        process.wait()


def become(port, mode, number=0):
    """Has a running node behave otherwise, from one request to the next."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/be/{mode}/{number}")
    connection.getresponse().read()
    connection.close()


def nodes():
    status, answer = api.call("GET", "/upstreams/app/nodes")
    if status != 200:
        raise ValueError(f"{status} {answer}")
    return {int(node["address"].rpartition(":")[2]): node for node in answer["items"]}


def wrk(seconds):
    return subprocess.Popen(
        ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "20s", "--latency",
         f"http://127.0.0.1:{proxy}/"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def judge_load(load, what):
    output = load.communicate(timeout=90)[0]
    requests = re.search(r"(\d+) requests in (\S+),", output)
    p99 = re.search(r"99%\s+(\S+)", output)
    verdict.figure(f"{what}: {requests[1]} requests in {requests[2]}, 99 % below {p99[1]}" if requests and p99 else output)
    bad = re.findall(r"Socket errors:.*|Non-2xx.*", output)
    verdict.holds(requests and not bad, f"{what}: no request failed", *bad)


def wait_for(condition, seconds):
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if condition():
            return time.monotonic()
        time.sleep(0.02)
    return None


def one_of_three(what, trouble, recover):
    """Under load: trouble, out, well again, back."""
    port = ports[1]
    start(port, *GOOD)
    wait_for(lambda: all(node["why"] is None for node in nodes().values()), 60)
    load = wrk(28)
    time.sleep(3)
    failures = nodes()[port]["failures"]
    trouble(port)
    first = wait_for(lambda: nodes()[port]["failures"] > failures, 10)
    out = wait_for(lambda: nodes()[port]["why"] is not None, 10)
    verdict.holds(first and out and out - first < 2, f"{what}: the node is out within 2 s of the first failure",
                  first, out, nodes())  # fmt: skip
    if first and out:
        verdict.figure(f"{what}: out after {out - first:.2f} s: {nodes()[port]['why']}")
    time.sleep(2)
    recover(port)
    well = time.monotonic()
    back = wait_for(lambda: nodes()[port]["why"] is None, 25)
    served = nodes()[port]["requests"]
    again = back and wait_for(lambda: nodes()[port]["requests"] > served + 100, 10)
    verdict.holds(back and again, f"{what}: the node is back after its recovery", nodes())
    if back:
        verdict.figure(f"{what}: back {back - well:.1f} s after it was well again")
    judge_load(load, what)


class Clients(threading.Thread):
    """A client that asks again and again, noting statuses and the longest wait."""

    def __init__(self, until):
        super().__init__(daemon=True)
        self.until = until
        self.statuses = collections.Counter()
        self.longest = 0.0
        self.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
        while time.monotonic() < self.until:
            begin = time.monotonic()
            try:
                connection.request("GET", "/")
                answer = connection.getresponse()
                answer.read()
                self.statuses[answer.status] += 1
            except (OSError, http.client.HTTPException) as e:
                self.statuses[repr(e)] += 1
                connection.close()
            self.longest = max(self.longest, time.monotonic() - begin)


def all_of_them(what, trouble):
    for port in ports:
        trouble(port)
    time.sleep(1)
    before = sum(node["requests"] for node in nodes().values())
    watch = Watch(pid)
    clients = [Clients(time.monotonic() + 20) for _ in range(CONNECTIONS)]
    for client in clients:
        client.join(60)
    memory = watch.end()
    statuses = sum((client.statuses for client in clients), collections.Counter())
    requests = sum(statuses.values())
    attempts = sum(node["requests"] for node in nodes().values()) - before
    longest = max(client.longest for client in clients)
    verdict.figure(f"{what}: {requests} requests, {attempts} attempts ({attempts / requests:.3f}x), longest {longest:.2f} s, "
                   f"statuses {dict(statuses)}; {memory}")  # fmt: skip
    verdict.holds(attempts <= 1.25 * requests, f"{what}: attempts stay within 1.25x of the requests")
    verdict.holds(set(statuses) <= {502, 503, 504}, f"{what}: every answer is 502, 503 or 504", dict(statuses))
    verdict.holds(longest < DEADLINE + 1, f"{what}: every answer came within its deadline")
    verdict.holds(watch.growth < 60 * MB, f"{what}: memory is flat", memory)


stalls = Stalls()
try:
    for port in ports:
        start(port, *GOOD)
    one_of_three("a node is killed", stop, lambda port: start(port, *GOOD))
    one_of_three("a node never answers", lambda port: become(port, "hang"), lambda port: become(port, "good", 2))
    one_of_three("a node resets each second request", lambda port: become(port, "reset", 2),
                 lambda port: become(port, "good", 2))  # fmt: skip
    all_of_them("all nodes are dead", stop)
    all_of_them("all nodes reset", lambda port: start(port, "reset"))
    all_of_them("no node answers", lambda port: start(port, "hang"))
finally:
    for port in ports:
        stop(port)
verdict.figure(stalls)
verdict.end()
