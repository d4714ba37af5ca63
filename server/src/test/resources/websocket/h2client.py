"""WebSocket over HTTP/2 (h2 4.1, frames by websockets 10.4): h2client.py PORT COUNT BYTES.

Opens COUNT streams on one connection, sends a message of BYTES on each and prints how many came back whole."""
import socket
import sys

import h2.config
import h2.connection
import h2.events
import h2.settings
from websockets.frames import Frame, Opcode

port, count, size = (int(word) for word in sys.argv[1:4])
sock = socket.create_connection(("127.0.0.1", port))
sock.settimeout(30)
conn = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
conn.initiate_connection()
sock.sendall(conn.data_to_send())
message = bytes(i * 31 & 0xFF for i in range(size))
frame = Frame(Opcode.BINARY, message)
back = frame.serialize(mask=False)
waiting, got, status = {}, {}, {}


def send(stream):
    left = waiting[stream]
    while left:
        room = min(conn.local_flow_control_window(stream), conn.max_outbound_frame_size, len(left))
        if room <= 0:
            break
        conn.send_data(stream, left[:room])
        left = left[room:]
    waiting[stream] = left


def pump():
    try:
        data = sock.recv(65536)
    except TimeoutError:
        left = {stream: (len(waiting[stream]), len(got.get(stream, b""))) for stream in waiting}
        raise TimeoutError(f"statuses {status}, bytes to send and received {left}") from None
    if not data:
        raise EOFError("the connection ended")
    for event in conn.receive_data(data):
        if isinstance(event, h2.events.RemoteSettingsChanged):
            changed = event.changed_settings.get(h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL)
            if changed:
                print("enabled", changed.new_value)
        elif isinstance(event, h2.events.ResponseReceived):
            status[event.stream_id] = dict(event.headers)[":status"]
            waiting[event.stream_id] = frame.serialize(mask=True)
        elif isinstance(event, h2.events.DataReceived):
            got[event.stream_id] = got.get(event.stream_id, b"") + event.data
            conn.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, (h2.events.StreamReset, h2.events.StreamEnded, h2.events.ConnectionTerminated)):
            raise EOFError(f"ended early: {event}")
    for stream in waiting:
        send(stream)
    sock.sendall(conn.data_to_send())


while conn.remote_settings.enable_connect_protocol != 1:
    pump()
for _ in range(count):
    stream = conn.get_next_available_stream_id()
    conn.send_headers(
        stream,
        [
            (":method", "CONNECT"),
            (":protocol", "websocket"),
            (":scheme", "http"),
            (":authority", "example.test"),
            (":path", "/chat"),
            ("sec-websocket-version", "13"),
        ],
    )
sock.sendall(conn.data_to_send())
while len(got) < count or any(len(data) < len(back) for data in got.values()):
    pump()
print("status", *sorted(set(status.values())))
print("whole", sum(data == back for data in got.values()))
