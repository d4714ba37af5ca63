"""The same requests through nginx and through Breakwater, with format `combined`: the lines must be equal but for the
time. lines.py NGINX_PORT NGINX_LOG BREAKWATER_PORT BREAKWATER_LOG"""

import base64
import re
import socket
import sys
import time

from kit import Verdict

verdict = Verdict()
TIME = re.compile(r"\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\]")


class Wire:
    """One request as octets. `known` says why the lines may differ, for what is known to."""

    def __init__(self, line, *fields, body=b"", known="", host="example.com", keep=False):
        self.line = line
        self.known = known
        self.keep = keep
        if host:
            fields = (("Host", host), *fields)
        if not keep and " HTTP/1.0" not in line:
            fields = (*fields, ("Connection", "close"))
        head = line + "\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
        self.octets = head.encode("utf-8", "surrogateescape") + body


def get(uri, *fields, **more):
    return Wire(f"GET {uri} HTTP/1.1", *fields, **more)


def agent(text):
    return get("/agent", ("User-Agent", text))


def basic(text):
    return get("/login", ("Authorization", "Basic " + base64.b64encode(text.encode()).decode()))


def post(uri, body, method="POST", version="1.1"):
    fields = (("Content-Type", "text/plain"), ("Content-Length", str(len(body))))
    return Wire(f"{method} {uri} HTTP/{version}", *fields, body=body)


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHUNKED = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
FRAMING = "sizes are without chunk framing"

REQUESTS = [
    # What browsers and tools send.
    get("/", ("User-Agent", FIREFOX), ("Accept", "text/html,*/*;q=0.8"), ("Accept-Language", "de,en;q=0.5")),
    get("/a.css", ("User-Agent", FIREFOX), ("Referer", "http://example.com/"), ("Cookie", "a=b; c=d")),
    get("/search?q=caf%C3%A9+au+lait&page=2", ("User-Agent", FIREFOX), ("Referer", "http://example.com/?q=a%20b")),
    get("/", ("User-Agent", "curl/8.5.0"), ("Accept", "*/*")),
    get("/api/v1/items?filter[name]=a&sort=-b", ("User-Agent", "python-requests/2.31.0")),
    get("/wp-login.php", ("User-Agent", "-")),
    get("/favicon.ico"),
    # Methods.
    *(Wire(f"{method} /method HTTP/1.1") for method in ("GET", "HEAD", "DELETE", "OPTIONS", "PROPFIND")),
    Wire("OPTIONS /method HTTP/1.1", ("Origin", "http://a"), ("Access-Control-Request-Method", "PUT")),
    Wire("HEAD /missing HTTP/1.1"),
    Wire("HEAD /large HTTP/1.1"),
    Wire("HEAD /chunked HTTP/1.1"),
    Wire("HEAD /conditional HTTP/1.1", ("If-None-Match", '"v1"')),
    Wire("HEAD /moved HTTP/1.1"),
    # Bodies.
    post("/echo", b"a=b&c=d"),
    post("/echo", b""),
    post("/echo", b"x" * 100_000),
    post("/echo", b"\x00\xff" * 10, "PUT"),
    post("/echo", b"{}", "PATCH"),
    post("/missing", b"a=b"),
    post("/created", b"new"),
    post("/empty", b"x", "DELETE"),
    post("/echo", b"old", version="1.0"),
    Wire("POST /echo HTTP/1.1", ("Transfer-Encoding", "chunked"), body=CHUNKED),
    # Answers.
    *(get(uri) for uri in ("/missing", "/gone", "/forbidden", "/teapot", "/error", "/busy", "/login", "/moved",
                           "/found", "/empty", "/created", "/zero", "/large", "/gzip", "/big-head", "/cookies")),
    get("/conditional"),
    get("/conditional", ("If-None-Match", '"v1"')),
    get("/conditional", ("If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT")),
    get("/range", ("Range", "bytes=2-6")),
    get("/chunked", known=FRAMING),
    get("/until-close", known=FRAMING),
    # Request targets.
    *(get(uri) for uri in ("/?", "/q?a=b&c=%20d+e", '/q?a="x"', "/%41%2e", "/a;b=c", "/a//b/./c/../d", "/café",
                           "/€/😀?é=è", "/a'b|c`d{e}f^g", "/back\\slash", "/<script>", "/~x,y!z*(1)@$",
                           "/%E2%82%AC", "/a%20b", "/?x=" + "y" * 2000, "/?url=http://a/b?c=d")),
    # User agents and referers.
    *(agent(text) for text in ('a "quoted" agent', "back\\slash", "tab\there", "café 😀", "~}|{", "a  b", "-",
                               "' OR 1=1 --", "() { :; }; echo", "${jndi:ldap://a}", "x" * 3000,
                               b"latin \xe9".decode("utf-8", "surrogateescape"))),
    get("/agent", ("User-Agent", "")),
    *(get("/ref", ("Referer", text)) for text in ('http://example.com/?q="x"', "http://example.com/ü", "-", "")),
    # Users.
    *(basic(text) for text in ("joe:pw", "joe", ":pw", 'jö "x":pw')),
    get("/login", ("Authorization", "Bearer abc")),
    get("/login", ("Authorization", "Basic ***")),
    # Large heads.
    get("/", ("Cookie", "c=" + "v" * 6000), ("User-Agent", "large")),
    # HTTP/1.0.
    Wire("GET / HTTP/1.0", host=""),
    Wire("GET /large HTTP/1.0"),
    Wire("GET /chunked HTTP/1.0"),
    Wire("GET /until-close HTTP/1.0"),
    Wire("HEAD / HTTP/1.0"),
    Wire("GET /missing HTTP/1.0", ("User-Agent", "ApacheBench/2.3")),
    # Several on one connection.
    *(get(uri, ("User-Agent", "kept"), keep=True) for uri in ("/", "/missing", "/empty", "/large", "/found")),
    Wire("HEAD / HTTP/1.1", keep=True),
    get("/last"),
    # Known to be different, see docs/DECISIONS.md.
    Wire("POST /echo HTTP/1.1", ("Expect", "100-continue"), ("Content-Length", "5"), body=b"hello",
         known="nginx counts its 100 Continue as a part of the body"),
    get("http://example.com/absolute?x=y", known="an absolute target is logged in origin form"),
    Wire("GET / HTTP/1.1", host="", known="the answer to a request without a host has another page"),
    Wire("GET", host="", known="a head that cannot be read is -"),
    *(get("/agent", ("User-Agent", text), known="control bytes in fields are refused")
      for text in ("\1", "a\x1bb", "\x7f")),
]  # fmt: skip


class Side:
    """A proxy and its log."""

    def __init__(self, port, path):
        self.port = port
        self.log = open(path, encoding="latin-1")
        self.socket = None

    def line_of(self, wire):
        """Sends a request, reads the answer, and gives the log line that it makes."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        try:
            self.socket.sendall(wire.octets)
            if not wire.keep:
                while self.socket.recv(65536):
                    pass
        except OSError as e:
            verdict.figure(f"{wire.line[:60]} on port {self.port}: {e!r}")
        if not wire.keep:
            # Before the line is waited for: nginx writes some only when it is sure that the client has gone.
            self.socket.close()
            self.socket = None
        return self.next_line()

    def next_line(self):
        text = ""
        for _ in range(1000):
            text += self.log.readline()
            if text.endswith("\n"):
                return text[:-1]
            time.sleep(0.005)
        return "(no line)"


def without_time(line):
    return TIME.sub("[time]", line, count=1)


nginx = Side(int(sys.argv[1]), sys.argv[2])
breakwater = Side(int(sys.argv[3]), sys.argv[4])
equal = compared = 0
different = []
known = []
for wire in REQUESTS:
    theirs, ours = nginx.line_of(wire), breakwater.line_of(wire)
    same = without_time(theirs) == without_time(ours)
    if wire.known:
        known.append((wire.known, theirs, ours, same))
        continue
    compared += 1
    equal += same
    if not same:
        different += [f"nginx       {theirs}", f"Breakwater  {ours}"]
verdict.holds(compared >= 50 and not different, f"{equal} of {compared} lines are equal but for the time", *different)
for reason, theirs, ours, same in known:
    verdict.figure(f"known, {'equal all the same' if same else 'different'}: {reason}")
    if not same:
        verdict.figure(f"  nginx       {theirs}")
        verdict.figure(f"  Breakwater  {ours}")
# A line more than there were requests would be one too many.
extra = [side.port for side in (nginx, breakwater) if side.log.readline()]
verdict.holds(not extra, "no request made two lines", *extra)
verdict.end()
