"""A WebSocket client (websockets 10.4): client.py URL. Prints what it has seen, one fact a line."""
import asyncio
import sys

import websockets


async def main(url):
    async with websockets.connect(url, subprotocols=["chat"], max_size=None) as ws:
        print("subprotocol", ws.subprotocol)
        print("extensions", ",".join(e.name for e in ws.extensions))
        await ws.send("hello")
        print("text", await ws.recv())
        large = bytes(i * 7 & 0xFF for i in range(1 << 20))
        await ws.send(large)
        print("large", await ws.recv() == large)
        pong = await ws.ping()
        await asyncio.wait_for(pong, 10)
        print("pong")
        await ws.send("close 4001")
        try:
            await ws.recv()
        except websockets.ConnectionClosed as closed:
            print("closed", closed.rcvd.code, closed.rcvd.reason)


asyncio.run(main(sys.argv[1]))
