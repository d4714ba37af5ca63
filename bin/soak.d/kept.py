"""kill -9 at a random moment among fills, hits, evictions and purges of all kinds, thirty times. What is stored afterwards
is byte-exact and not older than the last purge that was acknowledged, and each block belongs to one object or is free.
kept.py HOME DATA PROXY_PORT ORIGIN_PORT ADMIN_PORT TOKEN SEED -- SETTINGS FOR bin/start.sh"""

import functools
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request

from kit import MB, Api, Verdict, generation_of

ROUNDS = 30
# With more bytes than the store has room for.
NAMES = [f"o{n}" for n in range(90)]
TAGS = 4
WORKERS = 8
BLOCK = 16 * 1024

home, data = sys.argv[1:3]
proxy, origin, admin = map(int, sys.argv[3:6])
token, seed = sys.argv[6:8]
settings = sys.argv[9:]
chance = random.Random(seed)
verdict = Verdict()
expected = functools.lru_cache(300)(generation_of)
lock = threading.Lock()
# Objects older than this generation were purged.
least = dict.fromkeys(NAMES, 1)
faults = []
done = dict.fromkeys(("PURGE", "url", "prefix", "tag", "host", "all"), 0)


def get(connection, name):
    """Whether it was a hit, and its generation; None when its bytes are not those of the generation."""
    connection.request("GET", "/object/" + name)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        return None, answer.status
    generation = int(answer.getheader("X-Generation"))
    whole = body == expected(name, generation)
    return "hit" in answer.getheader("Cache-Status", ""), generation if whole else None


def check(connection, name, where):
    with lock:
        atleast = least[name]
    hit, generation = get(connection, name)
    if generation is None or hit is None or generation < atleast:
        faults.append((where, name, hit, generation, atleast))
    return hit


def renew(names):
    """Lets the origin have a next generation of each."""
    return {
        name: int(urllib.request.urlopen(f"http://127.0.0.1:{origin}/next/{name}", b"", timeout=30).read())
        for name in names
    }


def purged(kind, now):
    with lock:
        done[kind] += 1
        for name, generation in now.items():
            least[name] = max(least[name], generation)


def work(round_, number, over):
    own = random.Random(f"{seed} {round_} {number}")
    mine = NAMES[number::WORKERS]
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
    try:
        while not over.is_set():
            if own.random() < 0.1:
                name = own.choice(mine)
                now = renew([name])
                fields = {"Soft-Purge": "1"} if own.random() < 0.5 else {}
                connection.request("PURGE", "/object/" + name, headers=fields)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    purged("PURGE", now)
            else:
                check(connection, own.choice(NAMES), f"round {round_}, before the kill")
    except (OSError, http.client.HTTPException):
        pass  # killed
    finally:
        connection.close()


def groups(round_, over):
    """Purges of many objects at once, by the API."""
    own = random.Random(f"{seed} {round_} groups")
    api = Api(admin, token)
    here = f"http://127.0.0.1:{proxy}/object/"
    try:
        while not over.wait(0.05 + own.random() * 0.4):
            name = own.choice(NAMES)
            tag = own.randrange(TAGS)
            kind, value, names = own.choice((
                ("url", here + name, [name]),
                ("prefix", here + name[:2], [each for each in NAMES if each.startswith(name[:2])]),
                ("tag", f"t{tag}", NAMES[tag::TAGS]),
                ("host", "127.0.0.1", NAMES),
                ("all", True, NAMES),
            ))  # fmt: skip
            now = renew(names)
            status, _ = api.call("POST", "/cache/purge", {kind: value, "soft": own.random() < 0.5})
            if status == 200:
                purged(kind, now)
    except (OSError, http.client.HTTPException):
        pass  # killed


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


def stats(api):
    return api.call("GET", "/cache/stats")[1]


def balanced(api):
    """The blocks that are used, and those of all objects that are listed; the first block is nobody's."""
    file = stats(api)["files"][0]
    space, after = 0, ""
    while after is not None:
        status, page = api.call("GET", "/cache/entries?limit=500" + after)
        if status != 200:
            return page, None, None
        space += sum(item["space-bytes"] for item in page["items"])
        after = "&cursor=" + page["next"] if page.get("next") else None
    return file["used-bytes"] // BLOCK - 1, space // BLOCK, file


verdict.figure(f"seed {seed}")
for round_ in range(1, ROUNDS + 1):
    with open(data + "/breakwater.pid") as file:
        pid = int(file.read())
    over = threading.Event()
    workers = [threading.Thread(target=work, args=(round_, n, over)) for n in range(WORKERS)]
    workers.append(threading.Thread(target=groups, args=(round_, over)))
    for worker in workers:
        worker.start()
    time.sleep(0.5 + chance.random() * 2)
    evictions = stats(Api(admin, token))["files"][0]["evictions"]
    time.sleep(chance.random() * 0.5)
    os.kill(pid, signal.SIGKILL)
    over.set()
    for worker in workers:
        worker.join()
    if not verdict.holds(has_ended(pid), f"round {round_}: killed after {evictions} evictions, ended"):
        verdict.end()
    started = subprocess.run([home + "/bin/start.sh", *settings], capture_output=True, text=True, timeout=150)
    if not verdict.holds(started.returncode == 0, f"round {round_}: it starts again", started.stdout, started.stderr):
        verdict.end()
    api = Api(admin, token)
    # Purges that were in force are carried out first.
    for _ in range(200):
        if not stats(api)["pending-purges"]:
            break
        time.sleep(0.05)
    used, listed, file = balanced(api)
    verdict.holds(used == listed, f"round {round_}: {used} blocks are used, each by one object", listed, file)
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
    hits = sum(bool(check(connection, name, f"round {round_}, after the start")) for name in NAMES)
    connection.close()
    file = stats(api)["files"][0]
    verdict.holds(not faults, f"round {round_}: {hits} hits; each is byte-exact and not older than its purge", *faults[:5])
    verdict.holds(file["checksum-failures"] == 0, f"round {round_}: nothing is damaged", file)
    if round_ % 10 == 0:
        api.call("POST", "/cache/purge", {"all": True})
        used = stats(api)["files"][0]["used-bytes"]
        verdict.holds(used == BLOCK, f"round {round_}: after a purge of everything all blocks are free", used)
verdict.figure(f"purges acknowledged: {json.dumps(done)}")
verdict.holds(all(done.values()), "purges of all kinds were acknowledged", done)
verdict.end()
