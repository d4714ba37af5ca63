"""TLS while certificates change, and ten thousand of them.
certificates.py PORT ADMIN_PORT TOKEN PID FOLDER JCMD PORT_OF_MANY"""

import concurrent.futures
import os
import pathlib
import random
import re
import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time

from kit import MB, Api, Stalls, Verdict

CHANGES = 200
CLIENTS = 6
KEPT = 8
FEW = 10
MANY = 10_000
MOST_BYTES = 20_000
HANDSHAKES = 400
MOST_SLOWER = 1.15

port, admin = map(int, sys.argv[1:3])
pid, folder, jcmd, many_port = int(sys.argv[4]), pathlib.Path(sys.argv[5]), sys.argv[6], int(sys.argv[7])
api = Api(admin, sys.argv[3], timeout=120)
verdict = Verdict()
stalls = Stalls()


def openssl(*words, give=None):
    return subprocess.run(["openssl", *words], input=give, capture_output=True, check=True, cwd=folder).stdout


def authority():
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Authority")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "own.key", "-out",
            "own.csr", "-subj", "/CN=own")


def issue(number, name):
    """A certificate for a name; the key is the same for all, as making them takes long."""
    (folder / f"{number}.ext").write_text(f"subjectAltName=DNS:{name}\n")
    openssl("x509", "-req", "-in", "own.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", str(number),
            "-extfile", f"{number}.ext", "-days", "20", "-out", f"{number}.pem")
    return (folder / f"{number}.pem").read_text()


def context():
    made = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    made.options |= ssl.OP_NO_TICKET
    return made


def connect(to, host):
    """A new connection and the number of the certificate it was shown."""
    plain = socket.create_connection(("127.0.0.1", to), timeout=30)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        secure = context().wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise
    return secure, int(secure.getpeercert()["serialNumber"], 16)


def ask(secure, host):
    secure.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\nhere"):
        got = secure.recv(4096)
        if not got:
            raise ConnectionError(f"ended after {answer[-80:]!r}")
        answer += got


def changed():
    """Two certificates for one name, by turns, while clients come all the time and some stay."""
    key = (folder / "own.key").read_text()
    texts = {number: issue(number, "swap.test") for number in (1001, 1002)}
    over = threading.Event()
    faults, done = [], [0] * CLIENTS

    def come(number):
        while not over.is_set():
            try:
                secure, _ = connect(port, "swap.test")
                ask(secure, "swap.test")
                secure.close()
                done[number] += 1
            except OSError as e:
                faults.append(repr(e))

    def stay():
        secure, _ = connect(port, "swap.test")
        while not over.is_set():
            try:
                ask(secure, "swap.test")
                time.sleep(0.01)
            except OSError as e:
                faults.append("a kept connection: " + repr(e))
                return
        secure.close()

    def put(number):
        status, said = api.call("PUT", "/certificates/swap", {"certificate": texts[number], "key": key})
        if status not in (200, 201):
            sys.exit(f"  FAIL  a certificate is not taken: {status} {said}")

    put(1001)
    threads = [threading.Thread(target=come, args=(i,)) for i in range(CLIENTS)]
    threads += [threading.Thread(target=stay) for _ in range(KEPT)]
    for thread in threads:
        thread.start()
    late = 0
    for change in range(CHANGES):
        wanted = 1002 - change % 2
        put(wanted)
        secure, shown = connect(port, "swap.test")
        secure.close()
        late += shown != wanted
    over.set()
    for thread in threads:
        thread.join()
    verdict.holds(not faults, f"{CHANGES} changes, {sum(done)} handshakes and {KEPT} kept connections: none failed", *faults[:5])
    verdict.holds(late == 0, "each change is shown from the next handshake on", late)


def live_bytes():
    """What is on the heap after a collection."""
    said = subprocess.run([jcmd, str(pid), "GC.class_histogram"], capture_output=True, check=True, text=True).stdout
    return int(re.search(r"^Total\s+\d+\s+(\d+)", said, re.M)[1])


def name_of(number):
    return f"n{number}.many.test"


def configure(count):
    """The whole configuration with so many certificates more."""
    status, document = api.call("GET", "/config?format=json")
    assert status == 200, document
    own = str(folder / "own.key")
    made = {f"n{i}": {"certificate": str(folder / f"{i}.pem"), "key": own} for i in range(count)}
    kept = {name: body for name, body in document["certificates"].items() if not re.fullmatch(r"n\d+", name)}
    document["certificates"] = kept | made
    begin = time.monotonic()
    status, said = api.call("PUT", "/config", document)
    if status != 200:
        sys.exit(f"  FAIL  {count} certificates are not taken: {status} {str(said)[:300]}")
    return time.monotonic() - begin


def handshakes(count):
    """The median of some handshakes with names among so many, in seconds."""
    chance = random.Random(7)
    times = []
    for _ in range(HANDSHAKES):
        number = chance.randrange(count)
        begin = time.perf_counter()
        secure, _ = connect(many_port, name_of(number))
        times.append(time.perf_counter() - begin)
        secure.close()
    return statistics.median(times)


def many():
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda number: issue(number, name_of(number)), range(MANY)))
    configure(FEW)
    handshakes(FEW)
    few = min(handshakes(FEW) for _ in range(3))
    before = live_bytes()
    seconds = configure(MANY)
    configure(MANY)  # nothing of the one before is held
    each = (live_bytes() - before) / (MANY - FEW)
    handshakes(MANY)
    lots = min(handshakes(MANY) for _ in range(3))
    verdict.figure(f"{MANY} certificates are in force after {seconds:.1f} s")
    verdict.holds(each < MOST_BYTES, f"a certificate takes {each:.0f} bytes of the heap, {MOST_BYTES} at most")
    verdict.holds(
        lots <= few * MOST_SLOWER,
        f"a handshake takes {lots * 1000:.2f} ms among {MANY} and {few * 1000:.2f} ms among {FEW}, as this client sees it",
    )
    secure, number = connect(many_port, name_of(MANY - 1))
    secure.close()
    verdict.holds(number == MANY - 1, "the one that was asked for is shown", number)


authority()
changed()
many()
verdict.figure(stalls)
verdict.end()
