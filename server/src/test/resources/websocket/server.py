"""A WebSocket server that echoes (websockets 10.4): server.py PORT. `close N` makes it close with code N."""
import asyncio
import sys

import websockets


async def serve(ws):
    async for message in ws:
        if isinstance(message, str) and message.startswith("close "):
            await ws.close(int(message[6:]), "as asked")
            return
        await ws.send(message)


async def main(port):
    async with websockets.serve(serve, "127.0.0.1", port, subprotocols=["chat"], max_size=None):
        await asyncio.Future()


asyncio.run(main(int(sys.argv[1])))
