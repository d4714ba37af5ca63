"""An origin for streams: GET /bytes/N sends N bytes, POST /count counts and sums what it gets, POST /slow/RATE does
so at RATE bytes a second, GET /moved/ID tells how much has been sent to or read from the request that had ?id=ID.
origin.py PORT [PORT]..."""

import http.server
import json
import socketserver
import sys
import threading

from kit import PIECE, pieces, read_all

moved = {}


class Origin(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A body is read by large pieces, which then do not go through this buffer.
    rbufsize = 65536

    def do_GET(self):
        path, _, query = self.path.partition("?")
        kind, _, value = path.rpartition("/")
        if kind == "/moved":
            self.answer(json.dumps({"moved": moved.get(value, 0)}).encode())
        elif kind == "/bytes":
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", value)
            self.end_headers()
            try:
                for number, piece in enumerate(pieces(int(value)), 1):
                    self.connection.sendall(piece)
                    self.tell(query, number * PIECE)
            except OSError:
                self.close_connection = True
        else:
            self.send_error(404)

    def do_POST(self):
        path, _, query = self.path.partition("?")
        kind, _, value = path.rpartition("/")
        left = int(self.headers["Content-Length"])
        try:
            rate = int(value) if kind == "/slow" else None
            got = read_all(Limited(self.rfile, left), rate, None, lambda size: self.tell(query, size))
        except OSError:
            got = None
        if got is None or got.size < left:
            self.close_connection = True
            return
        self.answer(json.dumps({"got": str(got)}).encode())

    @staticmethod
    def tell(query, size):
        if query.startswith("id="):
            moved[query[3:]] = size

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Limited:
    """The next bytes of a file and no more, as they come."""

    def __init__(self, source, left):
        self.source = source
        self.left = left

    def readinto(self, view):
        if self.left == 0:
            return 0
        count = self.source.readinto1(view[: min(len(view), self.left)])
        self.left -= count
        return count


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 256


servers = [Server(("127.0.0.1", int(port)), Origin) for port in sys.argv[1:]]
for server in servers[1:]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
servers[0].serve_forever()
