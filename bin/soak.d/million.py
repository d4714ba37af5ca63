"""A million objects of 2 kB: what they cost in memory, what a hit costs among them, a kill and a start, and a soft purge of
all of them. million.py HOME DATA PROXY_PORT ADMIN_PORT TOKEN ORIGIN_LOG -- SETTINGS FOR bin/start.sh"""

import http.client
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time

from kit import MB, Api, Stalls, Verdict

FEW = 10_000
MANY = 1_000_000
SAMPLE = 3000
ROUNDS = 3
PASSES = 4
SECONDS = 8
MOST_TIMES = 1.5
MOST_START = 5
MOST_PURGE = 0.05
BYTES = 2048

home, data = sys.argv[1:3]
proxy, admin = map(int, sys.argv[3:5])
token, origin_log = sys.argv[5:7]
settings = sys.argv[8:]
verdict = Verdict()
stalls = Stalls()
here = os.path.dirname(os.path.abspath(__file__))


def process():
    with open(data + "/breakwater.pid") as file:
        return int(file.read())


def busy():
    """CPU seconds of the proxy so far."""
    with open(f"/proc/{process()}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def live():
    """Bytes of the heap that are in use, after a collection."""
    pid = process()
    jcmd = os.path.join(os.path.dirname(os.readlink(f"/proc/{pid}/exe")), "jcmd")
    told = subprocess.run([jcmd, str(pid), "GC.class_histogram"], capture_output=True, text=True, timeout=120).stdout
    return int(told.split()[-1])


def stats():
    return Api(admin, token).call("GET", "/cache/stats")[1]


def wrk(seconds, *arguments):
    command = ["wrk", "-t2", "-c16", f"-d{seconds}s", "--latency", "-s", here + "/million.lua"]
    command += [f"http://127.0.0.1:{proxy}", "--", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def told_by(running):
    told = running.communicate(timeout=1000)[0]
    if "Non-2xx" in told or "Socket errors" in told:
        verdict.holds(False, "wrk: no errors", told)
    return told


def fill(start, end):
    begin = time.monotonic()
    # wrk tries its script out before it begins.
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
    for number in range(start, start + 10):
        connection.request("GET", f"/object/{number}")
        connection.getresponse().read()
    connection.close()
    # What there was no room for in the queue of a busy disk is fetched again in another pass.
    for _ in range(PASSES):
        running = wrk(900, "fill", start, end)
        before = stats()["traffic"]["requests"]
        # wrk's threads are not equally fast.
        while stats()["traffic"]["requests"] < before + 1.5 * (end - start) and running.poll() is None:
            time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        told_by(running)
        if stats()["objects"] >= end:
            break
    objects = stats()["objects"]
    verdict.holds(objects == end, f"{objects:,} objects are stored ({time.monotonic() - begin:.0f} s)", stats())
    return objects


def hits(count):
    """CPU and median of a hit among so many objects: the best of some rounds, after a first one that warms up."""
    costs, medians = [], []
    told_by(wrk(SECONDS, "any", 0, count))
    for _ in range(ROUNDS):
        before = busy()
        told = told_by(wrk(SECONDS, "any", 0, count))
        requests = int(re.search(r"(\d+) requests in", told).group(1))
        costs.append((busy() - before) / requests * 1e6)
        value, unit = re.search(r"50%\s+([\d.]+)(us|ms)", told).groups()
        medians.append(float(value) * (1 if unit == "us" else 1000))
    verdict.figure(f"a hit among {count:,}: {min(costs):.1f} µs of CPU, median {min(medians):.0f} µs")
    return min(costs), min(medians)


def lines():
    with open(origin_log) as file:
        return sum(1 for _ in file)


def purge_all():
    api = Api(admin, token)
    asked = {}

    def send():
        begin = time.monotonic()
        asked["answer"] = api.call("POST", "/cache/purge", {"tag": "all", "soft": True})
        asked["seconds"] = time.monotonic() - begin

    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
    connection.request("GET", "/object/0")
    connection.getresponse().read()
    before = lines()
    sender = threading.Thread(target=send)
    sender.start()
    time.sleep(MOST_PURGE)
    sample = random.Random(1).sample(range(MANY), SAMPLE)
    wrong = []
    for number in sample:
        connection.request("GET", f"/object/{number}")
        answer = connection.getresponse()
        if answer.status != 200 or len(answer.read()) != BYTES:
            wrong.append((number, answer.status))
    sender.join()
    told = f"the purge was answered after {asked['seconds'] * 1000:.0f} ms: {asked['answer']}"
    verdict.holds(asked["answer"][0] == 200 and asked["seconds"] <= MOST_PURGE, told, stalls)
    deadline = time.monotonic() + 10
    while lines() - before < SAMPLE and time.monotonic() < deadline:
        time.sleep(0.1)
    validated = lines() - before
    verdict.holds(not wrong, "each of the sample comes", *wrong[:5])
    verdict.holds(validated == SAMPLE, f"{validated} of {SAMPLE} asked for 50 ms after the purge began are validated (304)")


fill(0, FEW)
few = hits(FEW)
held = live()
objects = fill(FEW, MANY)
grown = live() - held
index = stats()["memory-bytes"]
verdict.figure(f"memory for each object: {index / objects:.0f} bytes of the index, {grown / objects:.0f} of the heap, which are heads")
many = hits(MANY)
verdict.holds(many[0] <= MOST_TIMES * few[0], f"a hit costs {many[0] / few[0]:.2f} times the CPU", stalls)
verdict.holds(many[1] <= MOST_TIMES * few[1], f"a hit takes {many[1] / few[1]:.2f} times as long", stalls)
os.kill(process(), signal.SIGKILL)
time.sleep(0.5)
begin_ = time.monotonic()
started = subprocess.run([home + "/bin/start.sh", *settings], capture_output=True, text=True, timeout=150)
seconds_ = time.monotonic() - begin_
verdict.holds(started.returncode == 0, "it starts again", started.stdout, started.stderr)
verdict.holds(seconds_ <= MOST_START, f"ready {seconds_:.1f} s after the start that followed a kill", stalls)
verdict.holds(stats()["objects"] == objects, "all objects are there", stats()["objects"], objects)
purge_all()
verdict.figure(stalls)
verdict.end()
