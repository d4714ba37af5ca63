"""A disk of the cache that is full from the beginning, read-only, fails, forgets and is slow, under load: no client notices
more than misses, the figures say what is wrong, and the cache is used again without a restart.
disks.py PROXY_PORT ADMIN_PORT TOKEN CONTROL_PORT ROOM"""

import collections
import errno
import functools
import http.client
import json
import random
import socket
import sys
import threading
import time

from kit import MB, Api, Stalls, Verdict, generation_of

NAMES = [f"d{n}" for n in range(150)]
WORKERS = 6
SECONDS = 8
# A slow disk holds up who waits for it for a second, but a body that has begun comes as fast as it does.
LONGEST = 20
PATIENCE = 120
COUNTERS = ("suspensions", "write-errors", "read-errors", "loads", "commits")

proxy, admin = map(int, sys.argv[1:3])
token = sys.argv[3]
control, room = map(int, sys.argv[4:6])
verdict = Verdict()
stalls = Stalls()
expected = functools.cache(lambda name: generation_of(name, 1))
for name_ in NAMES:
    expected(name_)


def disk(**faults):
    with socket.create_connection(("127.0.0.1", control), 30) as connection:
        connection.sendall(json.dumps(faults).encode() + b"\n")
        connection.makefile().readline()


class Load:
    """Clients that ask for objects of all sizes until it ends, and compare each byte."""

    def __init__(self):
        self.faults = []
        self.times = []
        self.kinds = collections.Counter()
        self.over = threading.Event()
        self.workers = [threading.Thread(target=self.work, args=(n,), daemon=True) for n in range(WORKERS)]
        for worker in self.workers:
            worker.start()

    def work(self, number):
        own = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
        while not self.over.is_set():
            # Some are asked for again and again, as everywhere.
            name = NAMES[int(len(NAMES) * own.random() ** 3)]
            begin = time.monotonic()
            try:
                connection.request("GET", "/object/" + name)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200 or body != expected(name):
                    self.faults.append((name, answer.status, len(body), "of", len(expected(name))))
                self.kinds["hit" if "; hit" in answer.getheader("Cache-Status", "") else "other"] += 1
            except http.client.IncompleteRead:
                self.kinds["cut"] += 1
                connection.close()
            except (OSError, http.client.HTTPException) as failure:
                self.faults.append((name, repr(failure)))
                connection.close()
            self.times.append(time.monotonic() - begin)
        connection.close()

    def end(self):
        self.over.set()
        for worker in self.workers:
            worker.join(60)
        return self

    def __str__(self):
        times = sorted(self.times)
        return (
            f"{len(times)} answers, {self.kinds['hit']} hits, {self.kinds['cut']} cut short; median {times[len(times) // 2] * 1000:.0f} ms, "
            f"99 % {times[len(times) * 99 // 100] * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms"
        )


def file(number=0):
    status, answer = Api(admin, token).call("GET", "/cache/stats")
    return answer["files"][number] if status == 200 and answer["files"] else {}


def loaded(seconds, until=None):
    load = Load()
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (until and until()):
        time.sleep(0.2)
    return load.end()


def judged(what, load, cut=0.0):
    verdict.figure(f"{what}: {load}")
    verdict.holds(load.kinds["cut"] <= cut * len(load.times), f"{what}: no more bodies end early than {cut:.0%}")
    verdict.holds(not load.faults, f"{what}: every answer is right", len(load.faults), *load.faults[:5])
    verdict.holds(load.times and max(load.times) < LONGEST, f"{what}: no answer takes {LONGEST} s", stalls)


def rise(before, after):
    """How much the counters of a file have risen."""
    return {name: after[name] - before.get(name, 0) for name in COUNTERS if name in after}


def figures(what, told, risen):
    counted = ", ".join(f"{count} {name}" for name, count in risen.items())
    verdict.figure(f"{what}: suspended: {told.get('suspended')}; meanwhile {counted}")


def trouble(what, says, **faults):
    """`says` judges the figures and how they have risen."""
    before = file()
    disk(**faults)
    load = loaded(SECONDS, None)
    told = file()
    judged(what, load)
    risen = rise(before, told)
    if says:
        verdict.holds(says(told, risen), f"{what}: the figures tell", told, risen)
    figures(what, told, risen)


def well(what):
    """The disk is well again: used soon, without a restart."""
    disk(write=0, read=0, make=0, rate=0, room=room)
    begin = time.monotonic()
    before = [None]

    def used():
        now = file()
        if before[0] is None and now.get("open") and not now.get("suspended"):
            before[0] = now["commits"]
        return before[0] is not None and now["commits"] > before[0]

    load = loaded(PATIENCE, used)
    judged(f"after {what}", load)
    verdict.holds(used(), f"after {what}: the cache is used again ({time.monotonic() - begin:.0f} s)", file())


def suspended(told, risen):
    """What cannot be written to stays suspended until it can."""
    return told.get("suspended") and risen["suspensions"] > 0 and risen["write-errors"] > 0


trouble("full from the beginning", lambda told, _: told.get("suspended"))
well("it has room")
trouble("full", suspended, write=errno.ENOSPC)
well("it has room")
trouble("read-only", suspended, write=errno.EROFS, make=errno.EROFS)
well("it may be written")
trouble("errors on writes", suspended, write=errno.EIO)
well("writes work")


def forgetful(what, rounds, cut, says, **faults):
    """Its pages leave memory all the time. A body that has begun may end early when they cannot be read again."""
    before = file()
    disk(**faults, forget=True)
    load = Load()
    for _ in range(rounds):
        time.sleep(0.1)
        disk(forget=True)
    judged(what, load.end(), cut)
    told = file()
    risen = rise(before, told)
    verdict.holds(says(risen), f"{what}: the figures tell", told, risen)
    figures(what, told, risen)


def unreadable(risen):
    """A suspension ends with the first write that works, so that none may be in force at the end."""
    return risen["read-errors"] > 0 and risen["suspensions"] > 0


forgetful("pages leave memory", 50, 0, lambda risen: risen["loads"] > 0 and risen["read-errors"] == 0)
well("that")
forgetful("errors on reads", 50, 0.02, unreadable, read=errno.EIO)
well("reads work")
trouble("1 MB/s", None, rate=1_000_000)
well("it is fast")
trouble("1 MB/s, nothing in memory", None, rate=1_000_000, forget=True)
well("it is fast")
load_ = loaded(5)
judged("at the end", load_)
verdict.holds(load_.kinds["hit"] > 0, "at the end: hits", load_.kinds)
verdict.figure(stalls)
verdict.end()
