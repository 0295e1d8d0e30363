"""Errors in each protocol's own shape, and the faults that tests ask for.

The wording and the codes are AWS's as documented and as commonly seen; moto has no
part in them. What CloudWatch answers over CBOR to a caller without permission is the
weakest of these beliefs: status and `x-amzn-query-error` are modelled on the other
services that moved from the query protocol.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import cbor2

from wire import AwsError, Call, Response

REQUEST_ID = "00000000-0000-4000-8000-000000000000"

KINDS = (
    "access-denied",
    "access-denied-scp",
    "throttle",
    "server-error",
    "expired-token",
    "hang",
)

# Where IAM's prefix is not the model's name.
IAM_PREFIXES = {"elbv2": "elasticloadbalancing", "resourcegroupstaggingapi": "tag"}

# Where IAM's name of the action is not the operation's.
IAM_ACTIONS = {
    ("budgets", "CreateBudget"): "ModifyBudget",
    ("budgets", "UpdateBudget"): "ModifyBudget",
    ("budgets", "DeleteBudget"): "ModifyBudget",
    ("s3", "ListBuckets"): "ListAllMyBuckets",
    ("s3", "GetBucketLifecycleConfiguration"): "GetLifecycleConfiguration",
}

# What IAM decides by beside the operation's own action.
ALSO_BY = {
    ("wafv2", "ListResourcesForWebACL"): ("elasticloadbalancing:DescribeWebACLAssociation",),
}

# What stands behind "on resource:" in AWS's message, where it isn't "*".
RESOURCES = {
    ("rds", "DescribeDBInstances"): "db:*",
    ("rds", "DescribeDBClusters"): "cluster:*",
    ("rds", "DescribeDBSnapshots"): "snapshot:*",
    ("rds", "DescribeDBClusterSnapshots"): "cluster-snapshot:*",
    ("cloudwatch", "DescribeAlarms"): "alarm:*",
    ("cloudwatch", "DescribeAlarmHistory"): "alarm:*",
}

# Errors of no single operation, by protocol: (code, status).
COMMON: dict[str, dict[str, tuple[str, int]]] = {
    "access-denied": {
        "query": ("AccessDenied", 403),
        "ec2": ("UnauthorizedOperation", 403),
        "rest-xml": ("AccessDenied", 403),
        "rest-json": ("AccessDeniedException", 403),
        "json": ("AccessDeniedException", 400),
        "cbor": ("AccessDeniedException", 403),
    },
    "throttle": {
        "query": ("Throttling", 400),
        "ec2": ("RequestLimitExceeded", 503),
        "rest-xml": ("SlowDown", 503),
        "rest-json": ("ThrottlingException", 429),
        "json": ("ThrottlingException", 400),
        "cbor": ("ThrottlingException", 400),
    },
    "expired-token": {
        "query": ("ExpiredToken", 403),
        "ec2": ("RequestExpired", 400),
        "rest-xml": ("ExpiredToken", 400),
        "rest-json": ("ExpiredTokenException", 403),
        "json": ("ExpiredTokenException", 400),
        "cbor": ("ExpiredTokenException", 403),
    },
    "invalid-key": {
        "query": ("InvalidClientTokenId", 403),
        "ec2": ("AuthFailure", 401),
        "rest-xml": ("InvalidAccessKeyId", 403),
        "rest-json": ("UnrecognizedClientException", 403),
        "json": ("UnrecognizedClientException", 400),
        "cbor": ("UnrecognizedClientException", 403),
    },
    "bad-signature": {
        "query": ("SignatureDoesNotMatch", 403),
        "ec2": ("AuthFailure", 401),
        "rest-xml": ("SignatureDoesNotMatch", 403),
        "rest-json": ("InvalidSignatureException", 403),
        "json": ("InvalidSignatureException", 400),
        "cbor": ("InvalidSignatureException", 403),
    },
    "server-error": {
        "query": ("InternalFailure", 500),
        "ec2": ("InternalError", 500),
        "rest-xml": ("InternalError", 500),
        "rest-json": ("InternalServerError", 500),
        "json": ("InternalServerError", 500),
        "cbor": ("InternalServiceFault", 500),
    },
}

MESSAGES = {
    "throttle": "Rate exceeded",
    "expired-token": "The security token included in the request is expired",
    "invalid-key": "The security token included in the request is invalid.",
    "bad-signature": "The request signature we calculated does not match the one provided.",
    "server-error": "An internal error occurred",
}

# Codes of the old query protocol, which clients of the newer ones may ask to see.
QUERY_CODES = {
    "AccessDeniedException": "AccessDenied",
    "ThrottlingException": "Throttling",
    "ExpiredTokenException": "ExpiredToken",
    "UnrecognizedClientException": "InvalidClientTokenId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
}


def iam_action(call: Call) -> str:
    """The action that IAM decides by: not always the operation's own name."""
    prefix = IAM_PREFIXES.get(call.service, call.service)
    name = IAM_ACTIONS.get((call.service, call.operation), call.operation)
    if call.service == "budgets" and name.startswith("Describe"):
        # Budget actions (the feature) have IAM actions of their own.
        if not name.startswith("DescribeBudgetAction"):
            name = "ViewBudget"
    return f"{prefix}:{name}"


def iam_actions(call: Call) -> tuple[str, ...]:
    """All actions that IAM decides by, the operation's own first."""
    return (iam_action(call), *ALSO_BY.get((call.service, call.operation), ()))


def common_error(
    call: Call, kind: str, action: str | None = None, principal: str | None = None
) -> AwsError:
    """The error of one of `COMMON`'s kinds as this call's service words it."""
    scp = kind == "access-denied-scp"
    kind = "access-denied" if scp else kind
    code, status = COMMON[kind].get(call.protocol, COMMON[kind]["query"])
    if kind != "access-denied":
        return AwsError(code, MESSAGES[kind], status)
    if call.service == "sns":
        code = "AuthorizationError"
    action = action or iam_action(call)
    principal = principal or f"arn:aws:iam::{call.account}:user/auditor"
    prefix = action.split(":")[0]
    resource = RESOURCES.get((call.service, call.operation))
    arn = f"arn:aws:{prefix}:{call.region}:{call.account}:{resource or '*'}"
    why = (
        "with an explicit deny in a service control policy"
        if scp
        else f"because no identity-based policy allows the {action} action"
    )
    message = f"User: {principal} is not authorized to perform: {action} on resource: {arn} {why}"
    return AwsError(code, message, status)


def render(call: Call, error: AwsError) -> Response:
    """An error in the shape of the protocol in which the call was made."""
    fault = "Sender" if error.status < 500 else "Receiver"
    headers = {"x-amzn-RequestId": REQUEST_ID}
    if call.protocol == "cbor":
        headers |= {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        if call.environ.get("HTTP_X_AMZN_QUERY_MODE", "").lower() == "true":
            query_code = QUERY_CODES.get(error.code, error.code)
            headers["x-amzn-query-error"] = f"{query_code};{fault}"
        shape = {"__type": f"com.amazonaws.{call.service}#{error.code}", "message": error.message}
        return Response(error.status, headers, cbor2.dumps(shape))
    if call.protocol == "json":
        headers["Content-Type"] = "application/x-amz-json-1.1"
        # Coral's own errors carry its namespace in some services and not in others.
        coral = call.service in ("cloudtrail", "budgets") and error.code in QUERY_CODES
        name = f"com.amazon.coral.service#{error.code}" if coral else error.code
        shape = {"__type": name, "message": error.message}
        if error.code == "AccessDeniedException":
            shape = {"__type": name, "Message": error.message}
        return Response(error.status, headers, json.dumps(shape).encode())
    if call.protocol == "rest-json":
        headers |= {"Content-Type": "application/json", "x-amzn-ErrorType": error.code}
        return Response(error.status, headers, json.dumps({"message": error.message}).encode())
    headers["Content-Type"] = "text/xml"
    code, message = escape(error.code), escape(error.message)
    if call.protocol == "rest-xml":
        xml = (
            f"<Error><Code>{code}</Code><Message>{message}</Message>"
            f"<RequestId>{REQUEST_ID}</RequestId></Error>"
        )
    elif call.protocol == "ec2":
        xml = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>"
            f"</Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
        )
    else:
        xml = (
            f"<ErrorResponse><Error><Type>{fault}</Type><Code>{code}</Code>"
            f"<Message>{message}</Message></Error><RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
        )
    return Response(error.status, headers, ('<?xml version="1.0"?>' + xml).encode())


@dataclass
class Fault:
    kind: str
    service: str = "*"
    operation: str = "*"
    account: str | None = None
    region: str | None = None
    resource: str | None = None
    action: str | None = None
    times: int | None = None
    iam: str | None = None  # only calls that IAM decides by this action

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}, not {self.kind!r}")

    def matches(self, call: Call) -> bool:
        return (
            self.service in ("*", call.service)
            and self.operation in ("*", call.operation)
            and self.account in (None, call.account)
            and self.region in (None, call.region)
            and (self.resource is None or self.resource in call.text)
            and (self.iam is None or self.iam in iam_actions(call))
        )


class Faults:
    """The faults in force: the first that matches wins, `times` counts down."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, specs: list[dict[str, Any]]) -> None:
        faults = [Fault(**spec) for spec in specs]
        with self._lock:
            self._faults += faults

    def clear(self, account: str | None = None) -> None:
        with self._lock:
            self._faults = [f for f in self._faults if account not in (None, f.account)]

    def take(self, call: Call) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.times != 0 and fault.matches(call):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None
