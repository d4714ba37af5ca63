"""Thousands of clients that send a request head byte by byte.
slowclients.py PORT PID HEADER_TIMEOUT_SECONDS"""

import subprocess
import sys
import time

from good import CLIENTS, Good
from kit import Stalls, Verdict

SLOW = 5_000
A_SECOND = 1_000
MOST_SLOWER = 2

port, pid, limit = map(int, sys.argv[1:4])
verdict = Verdict()
stalls = Stalls()


def connections():
    said = subprocess.run(["ss", "-Htn", "state", "established", f"( sport = :{port} )"], capture_output=True, check=True, text=True)
    return said.stdout.count("\n")


Good(port, 3).p99()
before = Good(port, 5).p99()
slow = subprocess.Popen(
    ["slowhttptest", "-H", "-c", str(SLOW), "-r", str(A_SECOND), "-i", "5", "-l", str(limit + 20), "-x", "1", "-p", "30",
     "-u", f"http://127.0.0.1:{port}/"],
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
begin = time.monotonic()
most = 0
while most < SLOW and time.monotonic() - begin < SLOW / A_SECOND + 15:
    time.sleep(0.2)
    most = max(most, connections())
full = time.monotonic() - begin
good = Good(port, max(2.0, limit - full))
meanwhile = good.p99()
verdict.holds(most >= SLOW * 0.98, f"{most} slow clients at once")
verdict.holds(
    meanwhile <= MOST_SLOWER * before,
    f"p99 of {CLIENTS} others {meanwhile / before:.2f} times that of before ({before * 1000:.1f} -> {meanwhile * 1000:.1f} ms)",
)
while (left := connections()) > 0 and time.monotonic() - begin < full + limit + 5:
    time.sleep(0.1)
verdict.holds(left == 0, f"all of them were cut {time.monotonic() - full - begin:.1f} s after the last had come, at header-timeout = {limit} s", left)
slow.terminate()
slow.wait()
verdict.figure(stalls)
verdict.end()
