"""An HTTP server that answers as another one did: each request after a fixed delay.

It records what the test peer answers (moto takes 4 ms of CPU for each request, on one core, which
would be measured instead of the program), then gives the same answers again.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import cbor2

# What the program sends and an answer depends on.
Key = tuple[str, str, str, str]


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """The operation's name, for people and for the chain of calls."""
        target = self.headers.get("x-amz-target")
        if target:
            return target.rsplit(".", 1)[-1]
        if "/operation/" in self.path:
            return self.path.rsplit("/", 1)[-1]
        form = parse_qs(self.body.decode("utf-8", "replace"))
        return form.get("Action", [self.path.strip("/").split("?")[0]])[0]

    @property
    def key(self) -> Key:
        region = self.headers.get("authorization", "").split("Credential=")[-1].split("/")[2:4]
        return self.method, self.path, f"{self.operation} {'/'.join(region)}", self._parameters()

    def _parameters(self) -> str:
        kind = self.headers.get("content-type", "")
        if kind == "application/cbor":
            value: Any = cbor2.loads(self.body) if self.body else {}
        elif kind.startswith("application/x-www-form-urlencoded"):
            value = parse_qs(self.body.decode())
        else:
            value = json.loads(self.body) if self.body else {}
        return json.dumps(value, sort_keys=True, default=str)


@dataclass
class Canned:
    """The server. Without an `upstream` it only knows what it has recorded."""

    upstream: int | None = None
    delay: float = 0.0
    port: int = 0
    answers: dict[Key, tuple[int, str, bytes]] = field(default_factory=dict)
    # operation, when it was asked, when it was answered
    log: list[tuple[str, float, float]] = field(default_factory=list)
    unknown: list[Key] = field(default_factory=list)
    # how many requests a second an operation of a JSON protocol takes; it throttles what is more
    rates: dict[str, float] = field(default_factory=dict)
    throttled: int = 0
    _tokens: dict[str, tuple[float, float]] = field(default_factory=dict)

    def start(self) -> None:
        """Serves on a thread of its own until the process ends."""
        ready = threading.Event()

        async def serve() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await server.serve_forever()

        threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
        ready.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._one(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        pairs = (line.split(":", 1) for line in lines[1:] if ":" in line)
        headers = {name.lower(): value.strip() for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        request = Request(method, path, headers, body)
        asked = time.monotonic()
        if self.upstream is None:
            await asyncio.sleep(self.delay)
        else:
            self.answers[request.key] = await asyncio.to_thread(self._forward, request)
        answer = self.answers.get(request.key)
        if self._is_too_often(request.operation):
            self.throttled += 1
            answer = (400, "application/x-amz-json-1.1", b'{"__type": "ThrottlingException"}')
        if answer is None:
            self.unknown.append(request.key)
            answer = (400, "text/plain", b"nobody recorded this")
        status, kind, content = answer
        writer.write(
            f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(content)}\r\n\r\n".encode() + content
        )
        await writer.drain()
        self.log.append((request.operation, asked, time.monotonic()))

    def _is_too_often(self, operation: str) -> bool:
        """A bucket of one second's tokens for each operation that has a rate."""
        rate = self.rates.get(operation)
        if rate is None:
            return False
        now = time.monotonic()
        tokens, since = self._tokens.get(operation, (rate, now))
        tokens = min(rate, tokens + (now - since) * rate)
        self._tokens[operation] = (max(tokens - 1, 0) if tokens >= 1 else tokens, now)
        return tokens < 1

    def _forward(self, request: Request) -> tuple[int, str, bytes]:
        assert self.upstream
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=60)
        connection.request(request.method, request.path, request.body, request.headers)
        answer = connection.getresponse()
        content = answer.read()
        kind = answer.headers.get("Content-Type", "text/plain")
        connection.close()
        return answer.status, kind, content
