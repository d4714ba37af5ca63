"""A WebSocket server (websockets 10.4) that echoes; on /huge it sends one message instead. echo.py PORT BYTES"""

import asyncio
import sys

import websockets

port, size = int(sys.argv[1]), int(sys.argv[2])
PIECE = bytes(range(256)) * 256


async def serve(ws):
    if ws.path == "/huge":
        # One frame of one message, without being held whole: its head by hand, then its pieces.
        ws.transport.write(b"\x82\x7f" + size.to_bytes(8, "big"))
        left = size
        while left:
            ws.transport.write(PIECE[:left])
            left -= min(left, len(PIECE))
            await ws._drain()
        await ws.wait_closed()
        return
    async for message in ws:
        await ws.send(message)


async def main():
    async with websockets.serve(serve, "127.0.0.1", port, backlog=4096, max_size=None, ping_interval=None,
                                compression=None):  # fmt: skip
        await asyncio.Future()


asyncio.run(main())
