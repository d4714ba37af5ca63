"""One node of four that is twenty times slower: the 99th percentile by the way of balancing.
slownode.py PROXY_PORT ADMIN_PORT TOKEN NODE..."""

import http.client
import re
import subprocess
import sys

from kit import Api, Stalls, Verdict

SECONDS = 20

proxy, admin = map(int, sys.argv[1:3])
ports = sys.argv[4:8]
api = Api(admin, sys.argv[3])
verdict = Verdict()
UNITS = {"us": 0.001, "ms": 1, "s": 1000}


def settle():
    """Waits until nothing is left of the requests of the load before: a node answers in order, whoever has gone."""
    for port in ports:
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
        connection.request("GET", "/")
        connection.getresponse().read()
        connection.close()


def p99(balance):
    """Milliseconds."""
    settle()
    body = {"nodes": [f"127.0.0.1:{port}" for port in ports], "balance": balance}
    status, answer = api.call("PUT", "/upstreams/app", body)
    if status not in (200, 201):
        raise ValueError(f"{status} {answer}")
    output = subprocess.run(
        ["wrk", "-t", "1", "-c", "64", "-d", f"{SECONDS}s", "--timeout", "10s", "--latency", f"http://127.0.0.1:{proxy}/"],
        capture_output=True, text=True, check=True, timeout=SECONDS + 30,
    ).stdout  # fmt: skip
    bad = re.findall(r"Socket errors:.*|Non-2xx.*", output)
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
    requests = re.search(r"Requests/sec:\s+(\S+)", output)
    verdict.holds(found and not bad, f"{balance}: no request failed", output)
    milliseconds = float(found[1]) * UNITS[found[2]]
    verdict.figure(f"{balance}: 99 % below {milliseconds:.1f} ms at {requests[1]} requests/s")
    return milliseconds


stalls = Stalls()
plain = p99("round-robin")
for balance in "least-requests", "peak-ewma":
    verdict.holds(p99(balance) <= plain / 3, f"{balance}: at most a third of round-robin's 99th percentile")
verdict.figure(stalls)
verdict.end()
