"""A server that takes connections and requests and never answers.  silent.py PORT"""

import selectors
import socket
import sys

server = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=1024)
selector = selectors.DefaultSelector()
selector.register(server, selectors.EVENT_READ)
while True:
    for key, _ in selector.select():
        if key.fileobj is server:
            client, _ = server.accept()
            selector.register(client, selectors.EVENT_READ)
        elif not key.fileobj.recv(65536):
            selector.unregister(key.fileobj)
            key.fileobj.close()
