"""IAM enforcement on what the client really sent.

moto's own enforcement can't see through the CBOR bridge (it recomputes the signature
of the rewritten body), asks for the operation's name where IAM has another, skips
what moto doesn't implement, and denies in XML whatever the protocol. So moto's is
left off, and the same code of moto's is called here, before the translation.

What is moto's: signatures, and the evaluation of identity policies. Conditions are
ignored; every action but sts:AssumeRole is evaluated on the resource `*`, so an Allow
that names resources allows nothing here.
"""

from __future__ import annotations

import math
import threading
from typing import Any

from moto.core.exceptions import (
    AccessDeniedError,
    InvalidClientTokenIdError,
    SignatureDoesNotMatchError,
)
from moto.core.request import Request
from moto.iam.access_control import IAMRequest
from moto.iam.exceptions import NotFoundException

from faults import common_error, iam_actions
from wire import Call, Environ, replay


class Enforcement:
    """On once `allowance` more calls went through unchecked, as moto's /reset-auth has it."""

    def __init__(self, on: bool) -> None:
        self.allowance: float = 0 if on else math.inf
        self._lock = threading.Lock()

    def reset(self, allowance: str) -> float:
        with self._lock:
            previous, self.allowance = self.allowance, float(allowance)
            return previous

    def check(self, call: Call, environ: Environ, raw_body: bytes) -> None:
        with self._lock:
            if self.allowance > 0:
                self.allowance -= 1
                return
        for action in iam_actions(call):
            self._check(call, environ, raw_body, action)

    def _check(self, call: Call, environ: Environ, raw_body: bytes, action: str) -> None:
        principal: str | None = None
        try:
            request = self._request(call, environ, raw_body)
            request._action = action
            principal = request._access_key.arn
            request.check_signature()
            resource = "*"
            if action == "sts:AssumeRole":
                resource = call.params.get("RoleArn", "*")
            request.check_action_permitted(resource)
        except (InvalidClientTokenIdError, KeyError):
            raise common_error(call, "invalid-key") from None
        except SignatureDoesNotMatchError:
            raise common_error(call, "bad-signature") from None
        except (AccessDeniedError, NotFoundException):
            # Not found: a session of a role that nobody created has no policy.
            raise common_error(call, "access-denied", action, principal) from None

    @staticmethod
    def _request(call: Call, environ: Environ, raw_body: bytes) -> IAMRequest:
        headers: Any = Request(replay(environ, raw_body)).headers
        path = environ.get("REQUEST_URI") or environ.get("PATH_INFO", "/")
        if "Authorization" not in headers:
            raise common_error(call, "invalid-key")
        return IAMRequest(
            account_id=call.account,
            method=environ["REQUEST_METHOD"],
            path=path,
            data={},
            body=raw_body,
            headers=headers,
            action=call.operation,
        )
