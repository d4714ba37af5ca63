"""An origin with answers of many kinds, by path. answers.py PORT"""

import gzip
import http.server
import socketserver
import sys

TEXT = b"hello from the origin\n"
LARGE = bytes(range(256)) * 1000


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_any(self):
        size = self.take_body()
        path = self.path.partition("?")[0]
        match path:
            case "/missing":
                self.answer(404, b"nothing here\n")
            case "/gone" | "/forbidden" | "/teapot" | "/error" | "/busy":
                status = {"/gone": 410, "/forbidden": 403, "/teapot": 418, "/error": 500, "/busy": 503}[path]
                self.answer(status, b"no\n")
            case "/login":
                self.answer(401, b"who are you\n", ("WWW-Authenticate", 'Basic realm="x"'))
            case "/moved":
                self.answer(301, b"there\n", ("Location", "/elsewhere"))
            case "/found":
                self.answer(302, b"", ("Location", "/elsewhere?a=b"))
            case "/empty":
                self.answer(204)
            case "/created":
                self.answer(201, b"made\n", ("Location", "/made/1"))
            case "/conditional":
                if self.headers["If-None-Match"] or self.headers["If-Modified-Since"]:
                    self.answer(304, None, ("ETag", '"v1"'))
                else:
                    self.answer(200, TEXT, ("ETag", '"v1"'))
            case "/range" if self.headers["Range"]:
                self.answer(206, TEXT[2:7], ("Content-Range", f"bytes 2-6/{len(TEXT)}"))
            case "/large":
                self.answer(200, LARGE)
            case "/zero":
                self.answer(200, b"")
            case "/gzip":
                self.answer(200, gzip.compress(LARGE, mtime=0), ("Content-Encoding", "gzip"))
            case "/big-head":
                self.answer(200, TEXT, *((f"X-Field-{n}", "v" * 500) for n in range(12)))
            case "/cookies":
                self.answer(200, TEXT, ("Set-Cookie", "a=b; Path=/"), ("Set-Cookie", "c=d; HttpOnly"))
            case "/chunked":
                self.begin(200, ("Transfer-Encoding", "chunked"))
                if self.command != "HEAD":
                    for piece in (TEXT, LARGE[:5000], b"end\n"):
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                    self.wfile.write(b"0\r\n\r\n")
            case "/until-close":
                self.begin(200, ("Connection", "close"))
                if self.command != "HEAD":
                    self.wfile.write(LARGE[:3000])
                self.close_connection = True
            case "/echo":
                self.answer(200, b"got %d\n" % size)
            case _:
                self.answer(200, TEXT)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_PROPFIND = do_any

    def take_body(self):
        if self.headers["Transfer-Encoding"] == "chunked":
            size = 0
            while count := int(self.rfile.readline().split(b";")[0], 16):
                size += len(self.rfile.read(count))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return size
        return len(self.rfile.read(int(self.headers["Content-Length"] or 0)))

    def begin(self, status, *fields):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        for field in fields:
            self.send_header(*field)
        self.end_headers()

    def answer(self, status, body=None, *fields):
        if body is None:
            self.begin(status, *fields)
            return
        self.begin(status, *fields, ("Content-Length", str(len(body))))
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Origin).serve_forever()
