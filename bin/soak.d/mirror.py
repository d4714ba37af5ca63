"""Shares of a split over 20,000 requests, clients that stay, and what mirrors to shadows in trouble cost the client.
mirror.py PROXY_PORT ADMIN_PORT TOKEN"""

import http.client
import re
import subprocess
import sys

from kit import Api, Verdict

REQUESTS = 20_000
CLIENTS = 300
ROUNDS = 15
SECONDS = 2

proxy, admin = map(int, sys.argv[1:3])
api = Api(admin, sys.argv[3])
verdict = Verdict()


def get(connection, path, cookie=None):
    """Body and Set-Cookie."""
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        sys.exit(f"  FAIL  {path}: status {answer.status}")
    return body.strip(), answer.getheader("Set-Cookie")


def p99(path):
    """The 99th percentile in milliseconds, and requests a second."""
    out = subprocess.run(
        ["wrk", "-t1", "-c8", f"-d{SECONDS}s", "--latency", f"http://127.0.0.1:{proxy}{path}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit("  FAIL  wrk met failures:\n" + out)
    number, unit = re.search(r"99%\s+([0-9.]+)(us|ms|s)", out).groups()
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", out).group(1))
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit], rate


connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=20)
canary = sum(get(connection, "/split/name.txt")[0] == b"canary" for _ in range(REQUESTS))
verdict.figure(f"canary with weight 5 of 100: {canary} of {REQUESTS}, {100 * canary / REQUESTS:.2f} %")
verdict.holds(0.045 <= canary / REQUESTS <= 0.055, "the canary gets 4.5 to 5.5 %")

clients = []
for _ in range(CLIENTS):
    name, cookie = get(connection, "/stay/name.txt")
    clients.append((name, cookie.split(";")[0]))
moved = 0
for _ in range(5):
    for name, cookie in clients:
        again, fresh = get(connection, "/stay/name.txt", cookie)
        moved += again != name or fresh is not None
verdict.figure(f"{CLIENTS} clients, {sum(name == b'canary' for name, _ in clients)} of them at the canary: {moved} moved")
verdict.holds(moved == 0, "clients with a cookie stay")

# "again" is "plain" once more: how far the two differ is what the machine does to equal things.
kinds = ["plain", "dead", "hole", "again"]
p99("/plain/name.txt")  # warms up
found = {kind: [] for kind in kinds}
for _ in range(ROUNDS):
    for kind in kinds:
        found[kind].append(p99(f"/{'plain' if kind == 'again' else kind}/name.txt"))
# The best round is the one that others on the machine disturbed least.
best = {kind: min(time for time, _ in found[kind]) for kind in kinds}
for kind in kinds:
    times = " ".join(f"{time:.2f}" for time, _ in found[kind])
    rate = max(rate for _, rate in found[kind])
    verdict.figure(f"{kind}: p99 in ms {times}; best {best[kind]:.2f}, {rate:.0f} requests/s")
none = max(best["plain"], best["again"])
verdict.holds(best["dead"] <= 1.1 * none, "a mirror to a dead shadow: p99 within 1.1 of none")
verdict.holds(best["hole"] <= 1.1 * none, "a mirror to a shadow that never answers: p99 within 1.1 of none")
for mirror in api.call("GET", "/mirrors")[1]["items"]:
    verdict.figure(str(mirror))
    verdict.holds(mirror["in-flight"] <= 100, f"{mirror['location']}: at most 100 copies on their way")
verdict.end()
