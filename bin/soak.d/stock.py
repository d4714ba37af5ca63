"""An origin whose responses may be stored. GET /bytes/N sends N bytes, ?rate=R of them a second, ?chunked in chunks;
GET /object/xN the present generation of an object, with one of four tags, POST /next/NAME makes the next one; GET /told tells how many
requests there were for what begins with /bytes and when each began to be answered. stock.py PORT"""

import http.server
import json
import socketserver
import sys
import threading
import time

from kit import generation_of, pieces

TAGS = 4

generations = {}
begun = []
lock = threading.Lock()


class Stock(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        kind, _, value = path.rpartition("/")
        if path == "/told":
            self.answer(json.dumps(begun).encode())
        elif kind.endswith("/bytes"):
            options = dict(part.partition("=")[::2] for part in query.split("&"))
            self.stream(int(value), int(options.get("rate", 0)), "chunked" in options)
        elif kind == "/object":
            with lock:
                generation = generations.setdefault(value, 1)
            fields = {"X-Generation": generation, "Cache-Control": "max-age=3600", "Surrogate-Key": f"t{int(value[1:]) % TAGS}"}
            self.answer(generation_of(value, generation), fields)
        else:
            self.send_error(404)

    def do_POST(self):
        name = self.path.rpartition("/")[2]
        with lock:
            generations[name] = generation = generations.get(name, 1) + 1
        self.answer(json.dumps(generation).encode())

    def stream(self, size, rate, chunked):
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Cache-Control", "max-age=3600")
        self.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(size))))
        self.end_headers()
        begin = time.monotonic()
        begun.append([self.path, begin])
        sent = 0
        try:
            for piece in pieces(size):
                step = len(piece) if not rate else rate // 50
                for at in range(0, len(piece), step):
                    part = piece[at : at + step]
                    if chunked:
                        self.connection.sendall(b"%x\r\n" % len(part))
                    self.connection.sendall(part)
                    if chunked:
                        self.connection.sendall(b"\r\n")
                    sent += len(part)
                    if rate:
                        time.sleep(max(0.0, begin + sent / rate - time.monotonic()))
            if chunked:
                self.connection.sendall(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def answer(self, body, fields=()):
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        for name in fields:
            self.send_header(name, str(fields[name]))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *args):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 1024


Server(("127.0.0.1", int(sys.argv[1])), Stock).serve_forever()
