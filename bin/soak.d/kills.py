"""kill -9 at a random moment while changes are made one after the other, ten times: the store opens and holds what was
acknowledged. kills.py HOME DATA PROXY_PORT ADMIN_PORT TOKEN SEED -- SETTINGS FOR bin/start.sh"""

import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time

from kit import MB, Api, Verdict

ROUNDS = 10
CHANGES = 200
NAMES = 20

home, data = sys.argv[1:3]
proxy, admin = map(int, sys.argv[3:5])
token, seed = sys.argv[5:7]
settings = sys.argv[8:]
chance = random.Random(seed)
verdict = Verdict()


def start():
    return subprocess.run([home + "/bin/start.sh", *settings], capture_output=True, text=True, timeout=150)


def process():
    with open(data + "/breakwater.pid") as file:
        return int(file.read())


def has_ended(pid):
    for _ in range(200):
        try:
            with open(f"/proc/{pid}/stat") as file:
                # A zombie has let go all it had.
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def changes(round_, names):
    """Changes as (method, path, body, the locations after it)."""
    locations = dict(names)
    for n in range(CHANGES):
        name = f"l{chance.randrange(NAMES)}"
        if name in locations and chance.random() < 0.2:
            del locations[name]
            yield "DELETE", "/locations/" + name, None, dict(locations)
        else:
            # Texts of many lengths, so that the store grows and reuses its space.
            text = f"{round_}-{n} " + "x" * chance.choice((0, 10, 1000, 20000))
            locations[name] = {"note": text, "respond": {"body": f"{round_}-{n}"}, "path": "=/" + name}
            yield "PUT", "/locations/" + name, locations[name], dict(locations)


def present(api):
    status, answer = api.call("GET", "/locations")
    if status != 200:
        raise OSError(f"GET /locations: {status} {answer}")
    return {item.pop("name"): item for item in answer["items"] if item["name"] != "all"}


def recorded(api, number):
    """The locations of a revision."""
    status, answer = api.call("GET", f"/revisions/{number}")
    if status != 200:
        return None
    locations = answer["document"]["locations"]
    locations.pop("all")
    return locations


verdict.figure(f"seed {seed}")
held = {}
revision = None
for round_ in range(1, ROUNDS + 1):
    api = Api(admin, token)
    pid = process()
    held = present(api)
    acknowledged = held
    maybe = None
    revisions = []
    # Somewhere in a change: they take a few milliseconds each.
    moment = chance.randrange(5, CHANGES - 5)
    delay = chance.random() * 0.02
    try:
        for n, (method, path, body, after) in enumerate(changes(round_, held)):
            if n == moment:
                threading.Timer(delay, os.kill, (pid, signal.SIGKILL)).start()
            maybe = after
            status, answer = api.call(method, path, body)
            if status not in (200, 201) or not answer["changed"]:
                verdict.holds(False, f"round {round_}: {method} {path}", status, answer)
                verdict.end()
            acknowledged, maybe = after, None
            revisions.append((answer["revision"], after))
        verdict.holds(False, f"round {round_}: the process was to be killed in the middle")
    except (OSError, http.client.HTTPException):
        pass
    what = f"round {round_}: killed after {len(revisions)} changes"
    if not verdict.holds(has_ended(pid), f"{what}, ended"):
        verdict.end()
    begin = time.monotonic()
    started = start()
    seconds = time.monotonic() - begin
    if not verdict.holds(started.returncode == 0, f"{what}: it starts again", started.stdout, started.stderr):
        verdict.end()
    api = Api(admin, token)
    found = present(api)
    # The change under way may have been made or not; nothing else may be so.
    state = "without" if found == acknowledged else "with" if found == maybe else None
    wrong = [name for name in sorted({*found, *acknowledged}) if found.get(name) != acknowledged.get(name)]
    verdict.holds(state, f"{what}: all are there, {state} the one under way ({seconds:.1f} s to start)", wrong)
    lost = [number for number, after in revisions if recorded(api, number) != after]
    now = api.call("GET", "/status")[1]["revision"]
    verdict.holds(
        not lost and now - revisions[-1][0] in (0, 1),
        f"{what}: the history has every revision up to {now}",
        f"lost: {lost}; last acknowledged: {revisions[-1][0]}",
    )  # fmt: skip
    bad = []
    server = {"listen": [f"127.0.0.1:{proxy}"], "locations": ["all", *found]}
    status, answer = api.call("PUT", "/servers/web", server)
    if status != 200:
        bad.append((status, answer))
    for name, fields in found.items():
        client = http.client.HTTPConnection("127.0.0.1", proxy, timeout=10)
        client.request("GET", "/" + name)
        got = client.getresponse().read().decode()
        client.close()
        if got != fields["respond"]["body"]:
            bad.append((name, got))
    api.call("PUT", "/servers/web", {**server, "locations": ["all"]})
    verdict.holds(not bad, f"{what}: what is there is served", *bad)
size = os.path.getsize(data + "/config.mv.db")
verdict.figure(f"the store has {now} revisions and {size / MB:.1f} MB")
verdict.end()
