"""kill -9 at a random moment among fills, hits and purges, ten times: what is stored afterwards is byte-exact and not older
than the last purge that was acknowledged. stored.py HOME DATA PROXY_PORT ORIGIN_PORT SEED -- SETTINGS FOR bin/start.sh"""

import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request

from kit import Verdict, generation_of

ROUNDS = 10
NAMES = [f"o{n}" for n in range(60)]
WORKERS = 8

home, data = sys.argv[1:3]
proxy, origin = map(int, sys.argv[3:5])
seed = sys.argv[5]
settings = sys.argv[7:]
chance = random.Random(seed)
verdict = Verdict()
lock = threading.Lock()
# Objects older than this generation were purged.
least = dict.fromkeys(NAMES, 1)
faults = []


def get(connection, name):
    """Whether it was a hit, and its generation; None when its bytes are not those of the generation."""
    connection.request("GET", "/object/" + name)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        return None, answer.status
    generation = int(answer.getheader("X-Generation"))
    whole = body == generation_of(name, generation)
    return "hit" in answer.getheader("Cache-Status", ""), generation if whole else None


def check(connection, name, where):
    with lock:
        atleast = least[name]
    hit, generation = get(connection, name)
    if generation is None or hit is None or generation < atleast:
        faults.append((where, name, hit, generation, atleast))
    return hit


def work(round_, number, over):
    own = random.Random(f"{seed} {round_} {number}")
    mine = NAMES[number::WORKERS]
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
    try:
        while not over.is_set():
            if own.random() < 0.1:
                name = own.choice(mine)  # one purges a name, so that it knows what is acknowledged
                with urllib.request.urlopen(f"http://127.0.0.1:{origin}/next/{name}", b"", timeout=30) as answer:
                    next_ = int(answer.read())
                connection.request("PURGE", "/object/" + name)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    with lock:
                        least[name] = next_
            else:
                check(connection, own.choice(NAMES), f"round {round_}, before the kill")
    except (OSError, http.client.HTTPException):
        pass  # killed
    finally:
        connection.close()


def has_ended(pid):
    for _ in range(200):
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


verdict.figure(f"seed {seed}")
for round_ in range(1, ROUNDS + 1):
    with open(data + "/breakwater.pid") as file:
        pid = int(file.read())
    over = threading.Event()
    workers = [threading.Thread(target=work, args=(round_, n, over)) for n in range(WORKERS)]
    for worker in workers:
        worker.start()
    time.sleep(0.5 + chance.random() * 2)
    os.kill(pid, signal.SIGKILL)
    over.set()
    for worker in workers:
        worker.join()
    if not verdict.holds(has_ended(pid), f"round {round_}: killed, ended"):
        verdict.end()
    started = subprocess.run([home + "/bin/start.sh", *settings], capture_output=True, text=True, timeout=150)
    if not verdict.holds(started.returncode == 0, f"round {round_}: it starts again", started.stdout, started.stderr):
        verdict.end()
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
    hits = sum(bool(check(connection, name, f"round {round_}, after the start")) for name in NAMES)
    connection.close()
    verdict.holds(hits > 0, f"round {round_}: {hits} of {len(NAMES)} objects are still there")
    verdict.holds(not faults, f"round {round_}: each is byte-exact and not older than its purge", *faults[:5])
verdict.end()
