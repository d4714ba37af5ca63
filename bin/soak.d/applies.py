"""Changes under load: wrk on kept connections, a slow download, and 300 changes by the API at the same time.
applies.py PROXY_PORT ADMIN_PORT TOKEN APP1 APP2 STREAM1 STREAM2 FREE1 FREE2"""

import http.client
import re
import socket
import statistics
import subprocess
import sys
import threading
import time

from kit import MB, Api, Stalls, Verdict, checksum_of, read_all

CHANGES = 300
SECONDS = 60
CONNECTIONS = 64
DOWNLOAD_RATE = 2_000_000
DOWNLOAD = DOWNLOAD_RATE * SECONDS

proxy, admin = map(int, sys.argv[1:3])
app1, app2, stream1, stream2, second, third = map(int, sys.argv[4:10])
api = Api(admin, sys.argv[3])
verdict = Verdict()
faults = []


def get(path, port=proxy):
    """Status and fields by a new connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
        return False
    except ConnectionRefusedError:
        return True


def node(port, **more):
    return {"address": f"127.0.0.1:{port}", **more}


def web(ports, *more):
    return {
        "listen": [f"127.0.0.1:{port}" for port in ports],
        "locations": ["page", "stream", *more],
        "access-log": {"format": "seen", "file": "web.log"},
    }


def round_of_changes(n):
    """Changes as (method, path, body, what must be so at once)."""
    mark = f"round-{n}"
    seen = {"set": {"X-Round": mark}}
    apps = [[node(app1), node(app2)], [node(app2)], [node(app1, weight=3), node(app2)], [node(app1)]]
    streams = [[node(stream1), node(stream2)], [node(stream2)], [node(stream1)]]
    other = {"listen": [f"127.0.0.1:{third}"], "locations": ["page"]}
    return [
        ("PUT", "/locations/page", {"upstream": "app", "response-headers": seen},
         lambda: get("/1k.txt").headers["X-Round"] == mark),
        ("PUT", "/upstreams/app", {"nodes": apps[n % 4]}, lambda: get("/1k.txt").status == 200),
        ("PUT", "/servers/web", web([proxy, second]), lambda: get("/1k.txt", second).status == 200),
        ("PUT", "/locations/stream", {"path": "/bytes/", "upstream": "stream", "response-headers": seen},
         lambda: get("/bytes/1").headers["X-Round"] == mark),
        ("PUT", "/upstreams/stream", {"nodes": streams[n % 3]}, lambda: get("/bytes/1").status == 200),
        ("PUT", "/locations/fixed", {"path": "=/fixed", "respond": {"status": 200, "body": mark}}, None),
        ("PUT", "/servers/web", web([proxy, second], "fixed"), lambda: get("/fixed").status == 200),
        ("PUT", "/servers/web", web([proxy]), lambda: refused(second) and get("/fixed").status == 404),
        ("PUT", "/servers/other", other, lambda: get("/1k.txt", third).status == 200),
        ("DELETE", "/servers/other", None, lambda: refused(third)),
    ]


def download(result):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", proxy, timeout=30)
        connection.request("GET", f"/bytes/{DOWNLOAD}")
        begin = time.monotonic()
        result.append(str(read_all(connection.getresponse(), DOWNLOAD_RATE)))
        result.append(time.monotonic() - begin)
        connection.close()
    except (OSError, http.client.HTTPException) as e:
        result.append(repr(e))


stalls = Stalls()
downloaded = []
slow = threading.Thread(target=download, args=(downloaded,), daemon=True)
slow.start()
# A request fails after ten seconds, not two as by default: a machine that is shared may stand still that long.
wrk = subprocess.Popen(
    ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{SECONDS}s", "--timeout", "10s", "--latency",
     f"http://127.0.0.1:{proxy}/1k.txt"],
    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
)  # fmt: skip
begin = time.monotonic()
done = 0
last = 0.0
outlasted = False
try:
    while done < CHANGES:
        for method, path, body, holds in round_of_changes(done // 10):
            # Evenly over the time that wrk runs, which ends a little later.
            time.sleep(max(0.0, begin + 1 + done * (SECONDS - 4) / CHANGES - time.monotonic()))
            status, answer = api.call(method, path, body)
            if status not in (200, 201) or not answer["changed"]:
                faults.append(f"change {done}, {method} {path}: {status} {answer}")
            elif holds is not None and not holds():
                faults.append(f"change {done}, {method} {path}: answered, but not in force")
            done += 1
    last = time.monotonic() - begin
    outlasted = wrk.poll() is None
    output = wrk.communicate(timeout=SECONDS + 30)[0]
except (OSError, http.client.HTTPException) as e:
    faults.append(f"change {done}: {e!r}")
    wrk.kill()
    output = wrk.communicate()[0]
slow.join(60)

times = sorted(seconds * 1000 for seconds in api.times)
median = statistics.median(times)
verdict.figure(f"{done} changes in {last:.1f} s: median {median:.1f} ms, 95 % {times[len(times) * 95 // 100]:.1f} ms, "
               f"longest {times[-1]:.1f} ms")  # fmt: skip
verdict.holds(done == CHANGES and not faults, f"all {CHANGES} changes were made and in force at once", *faults[:10])
verdict.holds(median < 100, "the median of a change is below 100 ms")

requests = re.search(r"(\d+) requests in (\S+),", output)
p99 = re.search(r"99%\s+(\S+)", output)
verdict.figure(f"wrk: {requests[1]} requests in {requests[2]}, 99 % below {p99[1]}" if requests and p99 else output)
verdict.figure(stalls)
verdict.holds(outlasted, "the load lasted longer than the changes")
bad = re.findall(r"Socket errors:.*|Non-2xx.*", output)
verdict.holds(requests and not bad, "no request of wrk failed", *bad)
verdict.figure(f"slow download of {DOWNLOAD / MB:.0f} MB: {downloaded[1:] and round(downloaded[1], 1)} s")
expected = checksum_of(DOWNLOAD)
verdict.holds(downloaded and downloaded[0] == expected, f"the slow download came whole ({expected})", *downloaded)
verdict.end()
