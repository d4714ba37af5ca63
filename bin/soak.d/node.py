"""A node of an upstream that behaves in one way. node.py [HOST:]PORT MODE [NUMBER]
good [MS]     answers after so many milliseconds (0)
works MS      has four workers, each of which needs so many milliseconds for an answer
hang          takes requests and never answers
reset [N]     resets the connection at each N-th request (1)
closer        closes each connection right after an answer, without having said so
GET /be/MODE/NUMBER has it behave otherwise from now on; GET /seen tells how many requests have come, how many of them
have come twice by their X-Id, and by the monotonic clock when the first since the last /be or /seen and the last came."""

import asyncio
import collections
import json
import socket
import struct
import sys
import time

mode = sys.argv[2]
number = int(sys.argv[3]) if len(sys.argv) > 3 else 0
count = 0
first = last = None
seen = {}
waiting = collections.deque()
idle = 4


def answer(body):
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


PAGE = answer(b"x" * 1024)


class Node(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.data = b""

    def data_received(self, data):
        self.data += data
        while b"\r\n\r\n" in self.data:
            head, rest = self.data.split(b"\r\n\r\n", 1)
            fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
            fields = {name.lower(): value for name, value in fields.items()}
            size = int(fields.get(b"content-length", 0))
            if len(rest) < size:
                return
            self.data = rest[size:]
            self.request(head.split(b" ", 2)[1], fields)

    def request(self, target, fields):
        global count, first, last, mode, number
        if target.startswith(b"/be/"):
            self.transport.write(answer(b"as you wish"))
            first = None
            mode, number = target.decode().split("/")[2], int(target.decode().split("/")[3])
            return
        if target == b"/seen":
            twice = sum(1 for times in seen.values() if times > 1)
            told = {"count": count, "twice": twice, "first": first, "last": last}
            self.transport.write(answer(json.dumps(told).encode()))
            first = None
            return
        count += 1
        last = time.monotonic()
        first = first or last
        if b"x-id" in fields:
            seen[fields[b"x-id"]] = seen.get(fields[b"x-id"], 0) + 1
        if mode == "hang":
            return
        if mode == "reset" and count % max(1, number) == 0:
            reset = struct.pack("ii", 1, 0)
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            self.transport.abort()
        elif mode == "closer":
            self.transport.write(PAGE)
            self.transport.close()
        elif mode == "works":
            waiting.append(self)
            work()
        elif mode == "good" and number:
            asyncio.get_running_loop().call_later(number / 1000, self.send)
        else:
            self.send()

    def send(self):
        if not self.transport.is_closing():
            self.transport.write(PAGE)


def work():
    """Has an idle worker take the next request."""
    global idle
    if idle and waiting:
        idle -= 1
        asyncio.get_running_loop().call_later(number / 1000, done, waiting.popleft())


def done(node):
    global idle
    idle += 1
    node.send()
    work()


async def main():
    host, _, port = sys.argv[1].rpartition(":")
    server = await asyncio.get_running_loop().create_server(Node, host or "127.0.0.1", int(port), backlog=4096)
    await server.serve_forever()


asyncio.run(main())
