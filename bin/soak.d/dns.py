"""Nodes found by DNS: how soon traffic follows a name, what a dead resolver costs, priorities of service records.
dns.py PROXY_PORT ADMIN_PORT TOKEN FOLDER DNS_PORT CACHE_PORT NODE_PORT"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

from kit import Api, Stalls, Verdict

CONNECTIONS = 64
TTL = 2
CHANGES = 10
HERE = os.path.dirname(os.path.abspath(__file__))
OLD, NEW, THIRD = "127.0.0.2", "127.0.0.3", "127.0.0.4"
SERVICES = {"127.0.0.5": 10, "127.0.0.6": 10, "127.0.0.7": 20}

proxy, admin = map(int, sys.argv[1:3])
api = Api(admin, sys.argv[3])
folder = sys.argv[4]
dns, cache, node_port = map(int, sys.argv[5:8])
verdict = Verdict()
running = {}


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.01)


# --- nodes


def start(host):
    running[host] = subprocess.Popen([sys.executable, f"{HERE}/node.py", f"{host}:{node_port}", "good", "2"])
    wait_for(lambda: listens(host), 20, f"no node on {host}")


def listens(host):
    try:
        socket.create_connection((host, node_port), timeout=5).close()
        return True
    except OSError:
        return False


def ask(host, path):
    connection = http.client.HTTPConnection(host, node_port, timeout=10)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    return body


def seen(host):
    """How many requests have come; times of the first since the call before and of the last."""
    return json.loads(ask(host, "/seen"))


def kill(name):
    process = running.pop(name, None)
    if process:
        process.kill()
        process.wait()


# --- DNS


def resolver(name, port, *lines):
    """Starts a dnsmasq that logs to a file of its own."""
    common = ["listen-address=127.0.0.1", "bind-interfaces", "no-resolv", "no-hosts", "keep-in-foreground", "user=root",
              "pid-file", f"port={port}", f"log-facility={folder}/{name}.log"]  # fmt: skip
    write(f"{name}.conf", "\n".join([*common, *lines]) + "\n")
    running[name] = subprocess.Popen(["dnsmasq", f"--conf-file={folder}/{name}.conf"])


def write(name, text):
    with open(f"{folder}/{name}", "w") as file:
        file.write(text)


def reads():
    try:
        with open(f"{folder}/dns.log") as lines:
            return sum(f"read {folder}/hosts" in line for line in lines)
    except FileNotFoundError:
        return 0


def start_dns():
    before = reads()
    services = [f"srv-host=_http._tcp.app.test,{host.replace('.', '-')}.test,{node_port},{priority},1"
                for host, priority in SERVICES.items()]  # fmt: skip
    resolver("dns", dns, f"addn-hosts={folder}/hosts", f"local-ttl={TTL}", "local=/test/", *services)
    wait_for(lambda: reads() > before, 20, "dnsmasq does not start")


def say(host):
    """Writes what the name is."""
    lines = [f"{host} app.test"] + [f"{each} {each.replace('.', '-')}.test" for each in SERVICES]
    write("hosts", "\n".join(lines) + "\n")


def change_to(host):
    """Has the name be another; the time from which on that is answered."""
    before = reads()
    say(host)
    running["dns"].send_signal(signal.SIGHUP)
    begin = time.monotonic()
    wait_for(lambda: reads() > before, 10, "dnsmasq does not read its file")
    return begin


# --- load


def load(path="/"):
    return subprocess.Popen(
        ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", "600s", "--timeout", "20s", "--latency",
         f"http://127.0.0.1:{proxy}{path}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def judge_load(running_load, what):
    running_load.send_signal(signal.SIGINT)
    output = running_load.communicate(timeout=30)[0]
    requests = re.search(r"(\d+) requests in (\S+),", output)
    p99 = re.search(r"99%\s+(\S+)", output)
    verdict.figure(f"{what}: {requests[1]} requests in {requests[2]}, 99 % below {p99[1]}" if requests and p99 else output)
    bad = re.findall(r"Socket errors:.*|Non-2xx.*", output)
    verdict.holds(requests and not bad, f"{what}: no request failed", *bad)


def follow(old, new, limit):
    """Changes the name: seconds from the change to the first request at the new node and to the last at the old one."""
    seen(new)
    changed = change_to(new)
    first = []

    def moved():
        told = seen(new)["first"]
        if told and not first:
            first.append(told)
        return first

    wait_for(moved, limit + 60, f"no request at {new}")
    time.sleep(1)
    return first[0] - changed, seen(old)["last"] - changed


def changes(what, count, limit):
    """Moves the name to and fro under load."""
    at, other = OLD, NEW
    firsts, lasts = [], []
    under = load()
    wait_for(lambda: seen(at)["first"], 20, "no load")
    for number in range(count):
        time.sleep(0.3 * (number % 7))  # at different times of the interval
        first, last = follow(at, other, limit)
        firsts.append(first)
        lasts.append(last)
        at, other = other, at
    judge_load(under, what)
    for name, times in ("first at the new node", firsts), ("last at the old one", lasts):
        verdict.figure(f"{what}: {name} after {' '.join(f'{each:.2f}' for each in times)} s; longest {max(times):.2f}")
    verdict.holds(max(firsts + lasts) <= limit, f"{what}: all traffic has moved within {limit} s")


def dead_resolver():
    """Traffic goes on without anybody to ask, and moves when somebody says something else."""
    under = load()
    wait_for(lambda: seen(OLD)["first"], 20, "no load")
    kill("dns")
    time.sleep(20)
    failure = api.call("GET", "/upstreams/app/discovery")[1]["items"][0]["failure"]
    verdict.holds(failure, "a dead resolver is told of", failure)
    verdict.figure(f"discovery says: {failure}")
    verdict.holds(seen(OLD)["first"], "traffic goes on without a resolver")
    say(THIRD)
    seen(THIRD)
    begin = time.monotonic()
    start_dns()
    wait_for(lambda: seen(THIRD)["count"], 60, f"no request at {THIRD}")
    moved = time.monotonic() - begin
    time.sleep(1)
    verdict.figure(f"the resolver is back with another answer: traffic has moved after {moved:.2f} s")
    verdict.holds(moved <= 6, "traffic moves within 6 s of the resolver's return")
    judge_load(under, "a dead resolver")


def priorities():
    first = [host for host, priority in SERVICES.items() if priority == 10]
    last = next(host for host, priority in SERVICES.items() if priority == 20)
    under = load("/srv/")
    time.sleep(5)
    counts = {host: seen(host)["count"] for host in SERVICES}
    verdict.holds(counts[last] == 0 and all(counts[host] > 100 for host in first), "priority 10 gets all", counts)
    for host in first:
        kill(host)
    time.sleep(5)
    before = seen(last)["count"]
    time.sleep(1)
    verdict.holds(seen(last)["count"] > before + 100, "priority 20 gets all when priority 10 is dead", before)
    judge_load(under, "priorities")
    for node in api.call("GET", "/upstreams/services/nodes")[1]["items"]:
        verdict.figure(f"{node['address']}: {node['requests']} attempts, {node['failures']} failed; {node['why']}")


stalls = Stalls()
try:
    for host in OLD, NEW, THIRD, *SERVICES:
        start(host)
    say(OLD)
    start_dns()
    resolver("cache", cache, f"server=127.0.0.1#{dns}", "cache-size=100")
    wait_for(lambda: api.call("GET", "/upstreams/app/nodes")[1]["items"], 20, "nothing found")
    changes("an answer of the name's own server", CHANGES, TTL + 1)
    dead_resolver()
    change_to(OLD)
    body = {"nodes": [f"app.test:{node_port}"], "discovery": "dns", "resolver": [f"127.0.0.1:{cache}"]}
    status, answer = api.call("PUT", "/upstreams/app", body)
    verdict.holds(status == 200, "another resolver is set", status, answer)
    # dnsmasq counts in whole seconds, and keeps an answer for up to one more than its TTL.
    changes("an answer from a cache", CHANGES // 2, TTL + 2)
    priorities()
finally:
    for name in list(running):
        kill(name)
verdict.figure(stalls)
verdict.end()
