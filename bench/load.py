"""The load: many connections that each send the next body as soon as the last is acknowledged.

    python bench/load.py PORT KEY ROUTE CONNECTIONS < bodies (one JSON a line)

Raw sockets under asyncio, the requests made beforehand, so that the sender costs little of the two cores. Prints JSON:
seconds, milliseconds of each request, and how many were not answered 200.
"""

import asyncio
import json
import sys
import time
from base64 import b64encode
from collections.abc import Iterator


def main() -> None:
    """Send standard input."""
    port, key, route, connections = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    requests = [_request(route, key, line.rstrip(b"\n")) for line in sys.stdin.buffer]
    print(json.dumps(asyncio.run(_send(port, requests, connections))))


async def _send(port: int, requests: list[bytes], connections: int) -> dict[str, object]:
    waiting = iter(requests)
    spans: list[float] = []
    errors: list[str] = []
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    begun = time.perf_counter()
    await asyncio.gather(*(_connection(reader, writer, waiting, spans, errors) for reader, writer in streams))
    return {
        "seconds": time.perf_counter() - begun,
        "milliseconds": [round(span * 1000, 3) for span in spans],
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
    }


async def _connection(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    waiting: Iterator[bytes],
    spans: list[float],
    errors: list[str],
) -> None:
    for request in waiting:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        spans.append(time.perf_counter() - begun)
        if not head.startswith(b"HTTP/1.1 200"):
            errors.append(head.split(b"\r\n", 1)[0].decode() + " " + body[:200].decode(errors="replace"))
    writer.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _request(route: str, key: str, body: bytes) -> bytes:
    head = (
        f"POST {route} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {b64encode(f'{key}:'.encode()).decode()}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    main()
