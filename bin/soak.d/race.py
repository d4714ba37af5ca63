"""Requests to a node that closes each connection right after an answer without having said so.
race.py PROXY_PORT NODE_PORT"""

import collections
import http.client
import json
import sys
import threading

from kit import Stalls, Verdict

REQUESTS = 20_000
CLIENTS = 16

proxy, node = map(int, sys.argv[1:3])
verdict = Verdict()


def seen():
    connection = http.client.HTTPConnection("127.0.0.1", node, timeout=10)
    connection.request("GET", "/seen")
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def client(method, first, statuses):
    connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
    body = "a=b" if method == "POST" else None
    for number in range(first, REQUESTS, CLIENTS):
        try:
            connection.request(method, "/", body, {"X-Id": f"{method}-{number}"})
            answer = connection.getresponse()
            answer.read()
            statuses[answer.status] += 1
        except (OSError, http.client.HTTPException) as e:
            statuses[repr(e)] += 1
            connection.close()


def run(method):
    parts = [collections.Counter() for _ in range(CLIENTS)]
    threads = [threading.Thread(target=client, args=(method, i, part), daemon=True) for i, part in enumerate(parts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    statuses = sum(parts, collections.Counter())
    told = seen()
    verdict.figure(f"{REQUESTS} {method}: statuses {dict(statuses)}; the node has seen {told['count']} requests so far, "
                   f"{told['twice']} of them twice")  # fmt: skip
    return statuses, told


stalls = Stalls()
statuses, _ = run("GET")
verdict.holds(statuses == {200: REQUESTS}, f"{REQUESTS} GET: none failed", dict(statuses))
before = seen()["twice"]
statuses, after = run("POST")
bad = REQUESTS - statuses[200]
verdict.holds(after["twice"] == before, f"{REQUESTS} POST: none was executed twice", before, after)
verdict.holds(bad == statuses[502] and bad <= REQUESTS / 1000, f"{REQUESTS} POST: at most 0.1 % were answered 502", bad)
verdict.figure(stalls)
verdict.end()
