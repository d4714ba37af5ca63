"""A disk in memory that fails on request: a file system by FUSE, spoken over /dev/fuse itself, which only root may mount.
disk.py FOLDER CONTROL_PORT ROOM: mounts it until it is killed. The control port takes lines of JSON, each answered by a
line: {"write": 5} lets writes fail with that error number, {"read": 5} reads, {"make": 13} the making of files, 0 ends it;
{"rate": 1000000} slows it down to so many bytes a second, {"room": N} sets how many bytes it has; {"forget": true} takes
all of its pages out of memory, mapped ones too."""

import ctypes
import errno
import json
import os
import socketserver
import stat
import struct
import sys
import threading
import time

HEADER = struct.Struct("<IIQQIIII")
ATTRIBUTES = struct.Struct("<6Q10I")
ENTRY = struct.Struct("<QQQQII")
MOST_WRITE = 128 * 1024
ROOT = 1
(LOOKUP, FORGET, GETATTR, SETATTR, MKDIR, UNLINK, RMDIR, RENAME, OPEN, READ, WRITE, STATFS) = (1, 2, 3, 4, 9, 10, 11, 12,
    14, 15, 16, 17)  # fmt: skip
(RELEASE, FSYNC, FLUSH, INIT, OPENDIR, READDIR, RELEASEDIR, FSYNCDIR, ACCESS, CREATE) = (18, 20, 25, 26, 27, 28, 29, 30,
    34, 35)  # fmt: skip
INTERRUPT, DESTROY, BATCH_FORGET, FALLOCATE, RENAME2 = 36, 38, 42, 43, 45
SILENT = (FORGET, BATCH_FORGET, INTERRUPT)
DONE = (RELEASE, FLUSH, OPENDIR, RELEASEDIR, FSYNCDIR, ACCESS, DESTROY)


class Node:
    def __init__(self, number, mode):
        self.number = number
        self.mode = mode
        self.bytes = bytearray()
        self.names = {}

    def attributes(self):
        size = len(self.bytes)
        return ATTRIBUTES.pack(self.number, size, (size + 511) // 512, 0, 0, 0, 0, 0, 0, self.mode, 1, 0, 0, 0, 4096, 0)

    def entry(self):
        # The kernel may keep it for an hour: nobody else changes anything.
        return ENTRY.pack(self.number, 0, 3600, 3600, 0, 0) + self.attributes()


class Disk:
    def __init__(self, descriptor, room):
        self.descriptor = descriptor
        self.faults = {"write": 0, "read": 0, "make": 0, "rate": 0, "room": room}
        self.nodes = {ROOT: Node(ROOT, stat.S_IFDIR | 0o755)}
        self.next = ROOT + 1

    def serve(self):
        while True:
            try:
                request = os.read(self.descriptor, MOST_WRITE + 4096)
            except OSError as failure:
                if failure.errno == errno.ENODEV:  # unmounted
                    return
                continue
            _, what, unique, number, *_ = HEADER.unpack_from(request)
            if what in SILENT:
                continue
            try:
                answer, error = self.answer(what, self.nodes.get(number), request[HEADER.size :]), 0
            except OSError as failure:
                answer, error = b"", failure.errno
            try:
                os.write(self.descriptor, struct.pack("<IiQ", 16 + len(answer), -error, unique) + answer)
            except OSError:
                pass  # nobody waits for it any more

    def answer(self, what, node, body):
        if what == INIT:
            return struct.pack("<IIIIHHII", 7, 31, MOST_WRITE, 1 << 0 | 1 << 5, 12, 10, MOST_WRITE, 1) + bytes(36)
        if what in DONE:
            return struct.pack("<QQ", 0, 0) if what == OPENDIR else b""
        if what == FSYNC:
            self.fail("write")
            return b""
        if what == STATFS:
            room = self.faults["room"] // 4096
            return struct.pack("<5Q4I", room, room - self.used() // 4096, room, 100, 100, 4096, 255, 4096, 0) + bytes(24)
        if node is None:
            raise OSError(errno.ESTALE, "")
        return self.named(what, node, body) if what in NAMED else self.of_file(what, node, body)

    def named(self, what, folder, body):
        """What is said of a name in a folder."""
        if what == LOOKUP:
            return self.find(folder, body.rstrip(b"\0")).entry()
        if what in (RENAME, RENAME2):
            old, new = body[8 if what == RENAME else 16 :].split(b"\0")[:2]
            self.fail("make")
            self.nodes[struct.unpack_from("<Q", body)[0]].names[new] = self.find(folder, old).number
            del folder.names[old]
            return b""
        if what in (CREATE, MKDIR):
            self.fail("make")
            kind = stat.S_IFDIR if what == MKDIR else stat.S_IFREG
            mode = struct.unpack_from("<II", body)[0 if what == MKDIR else 1]
            made = self.nodes[self.next] = Node(self.next, kind | mode & 0o7777)
            self.next += 1
            folder.names[body[8 if what == MKDIR else 16 :].rstrip(b"\0")] = made.number
            return made.entry() + (struct.pack("<QII", 0, 2, 0) if what == CREATE else b"")
        self.find(folder, body.rstrip(b"\0"))  # UNLINK, RMDIR
        del folder.names[body.rstrip(b"\0")]
        return b""

    def of_file(self, what, node, body):
        if what == GETATTR:
            return struct.pack("<QII", 3600, 0, 0) + node.attributes()
        if what == SETATTR:
            valid, _, _, size = struct.unpack_from("<IIQQ", body)
            if valid & 1 << 3:
                self.resize(node, size)
            if valid & 1:
                node.mode = stat.S_IFMT(node.mode) | struct.unpack_from("<I", body, 68)[0] & 0o7777
            return struct.pack("<QII", 3600, 0, 0) + node.attributes()
        if what == OPEN:
            return struct.pack("<QII", 0, 2, 0)  # keeps what is cached
        if what == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            self.fail("read")
            self.take_time(size)
            return bytes(node.bytes[offset : offset + size])
        if what == WRITE:
            _, offset, size = struct.unpack_from("<QQI", body)
            self.take_time(size)
            self.fail("write")
            if offset + size > len(node.bytes):
                self.resize(node, offset + size)
            node.bytes[offset : offset + size] = body[40 : 40 + size]
            return struct.pack("<II", size, 0)
        if what == FALLOCATE:
            _, offset, length = struct.unpack_from("<QQQ", body)
            self.fail("write")
            self.resize(node, max(len(node.bytes), offset + length))
            return b""
        if what == READDIR:
            return self.listed(node, *struct.unpack_from("<QQI", body)[1:])
        raise OSError(errno.ENOSYS, "")

    def listed(self, folder, offset, size):
        found = b""
        for at, (name, number) in enumerate(list(folder.names.items())[offset:], offset + 1):
            mode = self.nodes[number].mode
            entry = struct.pack("<QQII", number, at, len(name), mode >> 12) + name
            entry += bytes(-len(entry) % 8)
            if len(found) + len(entry) > size:
                break
            found += entry
        return found

    def find(self, folder, name):
        if name not in folder.names:
            raise OSError(errno.ENOENT, "")
        return self.nodes[folder.names[name]]

    def used(self):
        return sum(len(node.bytes) for node in self.nodes.values())

    def resize(self, node, size):
        more = size - len(node.bytes)
        if more > 0 and self.used() + more > self.faults["room"]:
            raise OSError(errno.ENOSPC, "")
        if more > 0:
            node.bytes.extend(bytes(more))
        else:
            del node.bytes[size:]

    def fail(self, what):
        if self.faults[what]:
            raise OSError(self.faults[what], "")

    def take_time(self, size):
        if self.faults["rate"]:
            time.sleep(size / self.faults["rate"])

    def forget(self):
        for number in list(self.nodes):
            try:
                os.write(self.descriptor, struct.pack("<IiQQqq", 40, 2, 0, number, 0, 0))
            except OSError:
                pass  # the kernel does not know it


NAMED = (LOOKUP, RENAME, RENAME2, CREATE, MKDIR, UNLINK, RMDIR)


class Control(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            wanted = json.loads(line)
            if wanted.pop("forget", False):
                disk.forget()
            disk.faults.update(wanted)
            self.wfile.write(b"{}\n")


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True


folder, port, room = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
system = ctypes.CDLL(None, use_errno=True)
descriptor = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={descriptor},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
if system.mount(b"faulty", folder.encode(), b"fuse.faulty", 0, options):
    sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
disk = Disk(descriptor, room)
threading.Thread(target=disk.serve, daemon=True).start()
# Mounted with the first answer.
os.statvfs(folder)
Server(("127.0.0.1", port), Control).serve_forever()
