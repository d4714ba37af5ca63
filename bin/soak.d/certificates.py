"""TLS while certificates change, and ten thousand of them.
certificates.py PORT ADMIN_PORT TOKEN PID FOLDER JCMD PORT_OF_MANY; what Certificates.java made is in FOLDER/many."""

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

from good import cpu_seconds
from kit import Api, Stalls, Verdict

CHANGES = 200
CLIENTS = 6
KEPT = 8
FEW = 10
MANY = 10_000
MOST_BYTES = 20_000
ROUNDS = 5
WARM_UP = 200
HANDSHAKES = 400
REFUSALS = 1000
MOST_SLOWER = 1.15
IDLE_SECONDS = 10
MOST_IDLE = 0.05
UNRECOGNIZED_NAME = 112

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
    numbers = (1001, 1002)
    texts = {number: issue(number, "swap.test") for number in numbers}
    over = threading.Event()
    faults, late, done = [], [], [0] * CLIENTS
    # Changes that were asked for and those that were acknowledged; the number of each is 1001 and 1002 by turns.
    asked = acknowledged = 0

    def come(number):
        while not over.is_set():
            before = acknowledged
            try:
                secure, shown = connect(port, "swap.test")
                if shown not in {numbers[change % 2] for change in range(before, asked + 1)}:
                    late.append((before, shown))
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

    put(numbers[0])
    threads = [threading.Thread(target=come, args=(i,)) for i in range(CLIENTS)]
    threads += [threading.Thread(target=stay) for _ in range(KEPT)]
    for thread in threads:
        thread.start()
    api.times.clear()
    for change in range(1, CHANGES + 1):
        asked = change
        put(numbers[change % 2])
        acknowledged = change
        secure, shown = connect(port, "swap.test")
        secure.close()
        if shown != numbers[change % 2]:
            late.append((change, shown))
    over.set()
    for thread in threads:
        thread.join()
    verdict.figure(f"a change takes {statistics.median(api.times) * 1000:.0f} ms, {max(api.times) * 1000:.0f} ms at most")
    verdict.holds(not faults, f"{CHANGES} changes, {sum(done)} handshakes and {KEPT} kept connections: none failed", *faults[:5])
    verdict.holds(not late, "each change is shown from the next handshake on, by every client", len(late), *late[:5])


def live_bytes():
    """What is on the heap after a collection, without what fills its gaps."""
    said = subprocess.run([jcmd, str(pid), "GC.class_histogram"], capture_output=True, check=True, text=True).stdout
    gaps = re.findall(r"^ *\d+: +\d+ +(\d+) +\S*Filler", said, re.M)
    return int(re.search(r"^Total\s+\d+\s+(\d+)", said, re.M)[1]) - sum(map(int, gaps))


def busy_seconds():
    """CPU time of the threads that serve connections: neither of collections nor of compilers nor of applies."""
    nanos = 0
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            if (thread / "comm").read_text().startswith("bw-io"):
                nanos += int((thread / "schedstat").read_text().split()[0])
        except OSError:
            pass  # it has ended
    return nanos / 1e9


def name_of(number):
    return f"n{number}.many.test"


def file_of(number, kind):
    return folder / "many" / f"{number}.{kind}"


def configure(count):
    """The whole configuration with so many certificates more."""
    status, document = api.call("GET", "/config?format=json")
    assert status == 200, document
    made = {f"n{i}": {"certificate": str(file_of(i, "pem")), "key": str(file_of(i, "key"))} for i in range(count)}
    kept = {name: body for name, body in document["certificates"].items() if not re.fullmatch(r"n\d+", name)}
    document["certificates"] = kept | made
    begin = time.monotonic()
    status, said = api.call("PUT", "/config", document)
    if status != 200:
        sys.exit(f"  FAIL  {count} certificates are not taken: {status} {str(said)[:300]}")
    return time.monotonic() - begin


def handshakes(numbers):
    """Handshakes with these names, each of which must be shown its own certificate: how long each takes."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE  # each vouches for itself
    times = []
    for number in numbers:
        with socket.create_connection(("127.0.0.1", many_port), timeout=30) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            begin = time.perf_counter()
            with trusting.wrap_socket(plain, server_hostname=name_of(number)) as secure:
                times.append(time.perf_counter() - begin)
                shown = secure.getpeercert(binary_form=True)
        if shown != ssl.PEM_cert_to_DER_cert(file_of(number, "pem").read_text()):
            sys.exit(f"  FAIL  {name_of(number)} is shown another's certificate")
    return times


def refusals(count):
    """A name that nobody has is looked for, and that is nearly all that is done: no keys, no signature."""
    out = ssl.MemoryBIO()
    try:
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname="nobody.many.test").do_handshake()
    except ssl.SSLWantReadError:
        pass
    hello = out.read()
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", many_port), timeout=30) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.sendall(hello)
            answer = b"".join(iter(lambda: plain.recv(4096), b""))
        if answer[:1] != b"\x15" or answer[6:7] != bytes((UNRECOGNIZED_NAME,)):
            sys.exit(f"  FAIL  a name that nobody has is not refused: {answer[:80]!r}")


def cost(count, chance):
    """Figures among so many: the heap, CPU of a handshake, CPU of a refusal, and a handshake as the client sees it."""
    seconds = configure(count)
    # A selector keeps the connection that it was told of last, with the certificates that it began with, until the next.
    handshakes(chance.randrange(count) for _ in range(WARM_UP))
    heap = live_bytes()
    begin = busy_seconds()
    times = handshakes(chance.randrange(count) for _ in range(HANDSHAKES))
    shaken = busy_seconds()
    refusals(REFUSALS)
    refused = busy_seconds()
    return {
        "apply": seconds,
        "heap": heap,
        "handshake": (shaken - begin) / HANDSHAKES * 1e6,
        "refusal": (refused - shaken) / REFUSALS * 1e6,
        "client": statistics.median(times) * 1e6,
    }


def many():
    chance = random.Random(7)
    for count in (FEW, MANY):
        cost(count, chance)  # not compiled yet
    few, lots = [], []
    for _ in range(ROUNDS):
        few.append(cost(FEW, chance))
        lots.append(cost(MANY, chance))

    def middle(rounds, what):
        return statistics.median(each[what] for each in rounds)

    def compared(what):
        said = " ".join(f"{a[what]:.0f}/{b[what]:.0f}" for a, b in zip(few, lots))
        return middle(lots, what) / middle(few, what), f"{middle(few, what):.0f} us among {FEW}, {middle(lots, what):.0f} among {MANY} ({said})"

    verdict.figure(f"{MANY - FEW} certificates more are in force after {middle(lots, 'apply'):.1f} s")
    verdict.figure("heap: " + " ".join(f"{a['heap'] / 1e6:.1f}/{b['heap'] / 1e6:.1f}" for a, b in zip(few, lots)) + " MB")
    each = statistics.median((b["heap"] - a["heap"]) / (MANY - FEW) for a, b in zip(few, lots))
    verdict.holds(each < MOST_BYTES, f"a certificate takes {each:.0f} bytes of the heap, {MOST_BYTES} at most")
    for what, says in (("handshake", "CPU of a handshake"), ("refusal", "CPU of a look-up that finds nothing, with its connection")):
        ratio, said = compared(what)
        verdict.holds(ratio <= MOST_SLOWER, f"{says}: {ratio:.2f} times, {said}")
    ratio, said = compared("client")
    verdict.figure(f"a handshake as the client sees it: {ratio:.2f} times, {said}")
    before = cpu_seconds(pid)
    time.sleep(IDLE_SECONDS)
    idle = (cpu_seconds(pid) - before) / IDLE_SECONDS
    verdict.holds(idle <= MOST_IDLE, f"{idle:.1%} of a core for {MANY} certificates that nobody asks for, {MOST_IDLE:.0%} at most")


authority()
changed()
many()
verdict.figure(stalls)
verdict.end()
