"""Echoes random bytes over TLS with asyncio, many connections at once; exits with 0 when all came back.

Usage: echo_tls.py PORT CA_FILE CONNECTIONS BYTES
"""

import asyncio
import hashlib
import os
import ssl
import sys

PORT, CA_FILE, CONNECTIONS, BYTES = int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:5])


async def exchange(context):
    reader, writer = await asyncio.open_connection("localhost", PORT, ssl=context)
    sent, came = hashlib.sha256(), hashlib.sha256()

    async def send():
        left = BYTES
        while left > 0:
            chunk = os.urandom(min(left, 16384))
            sent.update(chunk)
            writer.write(chunk)
            await writer.drain()
            left -= len(chunk)

    sending = asyncio.create_task(send())
    left = BYTES
    while left > 0:
        chunk = await reader.read(4096)
        assert chunk, f"the connection ended with {left} bytes to come"
        came.update(chunk)
        left -= len(chunk)
    await sending
    writer.close()
    await writer.wait_closed()
    assert sent.digest() == came.digest(), "not the same bytes"


async def main():
    context = ssl.create_default_context(cafile=CA_FILE)
    await asyncio.wait_for(asyncio.gather(*(exchange(context) for _ in range(CONNECTIONS))), 300)


asyncio.run(main())
