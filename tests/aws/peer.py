"""The WSGI application: moto, with what our tests need around it.

For each request in turn: log it, delay it, fault it, check IAM, then answer it from
`supplements`, or let moto answer, translating CloudWatch's CBOR on the way (see
`wire.py`) and correcting what moto gets wrong. What nobody implements is answered by
moto with its own 500 or 501: a gap must stay visible.
"""

from __future__ import annotations

import json
import math
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import pages
import supplements
from enforcement import Enforcement
from faults import Faults, common_error, render
from state import State
from wire import (
    AwsError,
    Call,
    Environ,
    Response,
    WsgiApp,
    as_json_call,
    decompress,
    fingerprint,
    identify,
    invoke,
    parse,
    read_body,
    replay,
    serialise,
)

# A hung request gives up after this long, lest threads pile up in a long session.
HANG_SECONDS = 600

NOT_IMPLEMENTED = (
    b"<!doctype html><html lang=en><title>500 Internal Server Error</title>"
    b"<h1>Internal Server Error</h1><p>The reason is on the test peer's standard error."
)


class Peer:
    def __init__(self, moto: WsgiApp, enforce_iam: bool = False) -> None:
        self.moto = moto
        self.state = State()
        self.faults = Faults()
        self.enforcement = Enforcement(enforce_iam)
        self.delay = 0.0
        self._log: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._released = threading.Event()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        raw_body = read_body(environ)
        path = environ.get("PATH_INFO", "/")
        if path.startswith("/harden/"):
            response = self.control(environ, path, raw_body)
        elif path == "/moto-api/reset-auth":
            response = self.reset_auth(raw_body)
        elif path.startswith("/moto-api"):
            response = invoke(self.moto, replay(environ, raw_body))
            if path == "/moto-api/reset":
                self.state.clear()
        else:
            response = self.aws(environ, raw_body)
        reason = HTTPStatus(response.status).phrase
        headers = [(k, v) for k, v in response.headers.items()]
        headers.append(("Content-Length", str(len(response.body))))
        start_response(f"{response.status} {reason}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]

    # --- AWS ------------------------------------------------------------------------

    def aws(self, environ: Environ, raw_body: bytes) -> Response:
        call = identify(*decompress(environ, raw_body))
        entry: dict[str, Any] = {
            "service": call.service,
            "operation": call.operation,
            "account": call.account,
            "region": call.region,
            "status": None,  # until it is answered; a hung request stays so
            "access_key": call.access_key,
            "parameters": fingerprint(call),
            "at": time.monotonic(),
        }
        with self._lock:
            self._log.append(entry)
        if self.delay:
            time.sleep(self.delay)
        try:
            response = self.answer(call, environ, raw_body)
        except AwsError as error:
            response = render(call, error)
        except NotImplementedError as error:
            # Ends as in moto's own server, without the page of traceback.
            print(f"{call.service}:{call.operation}: {error}", file=sys.stderr)
            response = Response(500, {"Content-Type": "text/html"}, NOT_IMPLEMENTED)
        except Exception:
            traceback.print_exc()
            response = Response(500, {"Content-Type": "text/html"}, NOT_IMPLEMENTED)
        entry["status"] = response.status
        entry["answered"] = time.monotonic()
        return response

    def answer(self, call: Call, environ: Environ, raw_body: bytes) -> Response:
        fault = self.faults.take(call)
        if fault and fault.kind == "hang":
            self._released.wait(HANG_SECONDS)
            raise common_error(call, "server-error")
        if fault:
            raise common_error(call, fault.kind, fault.action or fault.iam)
        self.enforcement.check(call, environ, raw_body)
        served = supplements.serve(call, self.state)
        if served is not None:
            return serialise(call, served)
        if call.protocol == "cbor":
            response = invoke(self.moto, as_json_call(call))
        else:
            response = invoke(self.moto, replay(pages.whole(call), call.body))
        if response.status >= 400:
            return self.error(call, response)
        if call.protocol == "unknown" or "/" in call.operation:
            return response
        if call.protocol != "cbor" and not supplements.wants_patch(call, self.state):
            return response
        result = parse(call, response)
        supplements.patch(call, result, self.state)
        return serialise(call, result)

    @staticmethod
    def error(call: Call, response: Response) -> Response:
        """moto's errors go through; those of bridged calls in CBOR, unless it is a page of HTML."""
        if call.protocol != "cbor":
            return response
        try:
            shape = json.loads(response.body)
            code = shape["__type"].split("#")[-1]
        except (ValueError, KeyError, TypeError):
            return response
        message = shape.get("message") or shape.get("Message") or ""
        return render(call, AwsError(code, message, response.status))

    # --- Control --------------------------------------------------------------------

    def control(self, environ: Environ, path: str, body: bytes) -> Response:
        try:
            data = json.loads(body) if body else None
            account = parse_qs(environ.get("QUERY_STRING", "")).get("account", [None])[0]
            return as_json(self.controlled(environ["REQUEST_METHOD"], path, data, account))
        except LookupError as e:
            status = 404 if str(e) == path else 400
            return as_json({"error": f"{type(e).__name__}: {e}"}, status)
        except (ValueError, TypeError, AttributeError) as e:
            return as_json({"error": f"{type(e).__name__}: {e}"}, 400)

    def controlled(self, method: str, path: str, data: Any, account: str | None = None) -> Any:
        """`account` limits the log and the faults to it: tests may run side by side."""
        match method, path:
            case "GET", "/harden/log":
                with self._lock:
                    return [e for e in self._log if account in (None, e["account"])]
            case "POST", "/harden/log/reset":
                with self._lock:
                    self._log = [e for e in self._log if account not in (None, e["account"])]
            case "POST", "/harden/faults":
                self.faults.add(data if isinstance(data, list) else [data])
            case "DELETE", "/harden/faults":
                self.faults.clear(account)
                # Whoever hangs now is let go; later ones hang on a new event.
                self._released.set()
                self._released = threading.Event()
            case "POST", "/harden/delay":
                self.delay = float(data["ms"]) / 1000
            case "POST", "/harden/state":
                for posted in data if isinstance(data, list) else [data]:
                    self.state.post(posted)
            case "DELETE", "/harden/state":
                self.state.clear()
            case "POST", "/harden/pages":
                self.state.page_caps = {str(k): int(v) for k, v in data.items()}
            case "POST", "/harden/iam":
                self.enforcement.reset("0" if data["enforce"] else "inf")
            case _:
                raise LookupError(path)
        return {"ok": True}

    def reset_auth(self, body: bytes) -> Response:
        """moto's own switch, kept for its users, but moved in front of the CBOR bridge."""
        previous = self.enforcement.reset(body.decode())
        shown = "inf" if math.isinf(previous) else previous
        return as_json({"status": "ok", "PREVIOUS_INITIAL_NO_AUTH_ACTION_COUNT": str(shown)})


def as_json(value: Any, status: int = 200) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(value).encode())
