"""Requests and answers, told apart by AWS's service models rather than by hand.

Everything that the peer adds to moto (translation, faults, supplements) needs the
same three things: which operation a request is, what its parameters are, and an
answer in the protocol in which it was asked. All three come from the models that
botocore and moto ship, so that no XML, JSON or CBOR is put together by hand except
for errors (`faults.py`).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import botocore.parsers
import cbor2
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request
from moto.core.routing import NotFound, get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Any], Iterable[bytes]]

CBOR_PATH = re.compile(r"^/service/(?P<service>[^/]+)/operation/(?P<operation>[^/]+)$")
CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")

# Where the name that a request is signed for is not the name of the model.
SIGNING_NAMES = {
    "monitoring": "cloudwatch",
    "elasticloadbalancing": "elbv2",
    "tagging": "resourcegroupstaggingapi",
}


class AwsError(Exception):
    """An error that AWS would answer with: `faults.render` gives it its shape."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Call:
    """One request to AWS: who asks what of which service, in which protocol."""

    environ: Environ
    body: bytes
    service: str
    operation: str
    protocol: str
    region: str
    account: str
    access_key: str
    uri_params: dict[str, Any] = field(default_factory=dict)

    @property
    def operation_model(self) -> Any:
        return get_service_model(self.service).operation_model(self.operation)

    @property
    def params(self) -> dict[str, Any]:
        if self.protocol == "cbor":
            return cbor2.loads(self.body) if self.body else {}
        request = Request(replay(self.environ, self.body))
        parser = PROTOCOL_PARSERS[self.protocol](self.operation_model)
        parsed = parser.parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": self.body,
                "url_path": request.path,
                "url_params": self.uri_params,
            }
        )
        return dict(parsed or {})

    @property
    def text(self) -> str:
        """What a fault's `resource` is looked for in: path, query and body, also decoded."""
        uri = self.environ.get("PATH_INFO", "") + "?" + self.environ.get("QUERY_STRING", "")
        body = self.body.decode("utf-8", "replace")
        return "\n".join([uri, unquote_plus(uri), body, unquote_plus(body)])


def read_body(environ: Environ) -> bytes:
    """The whole body, as it was sent."""
    if environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read()
    else:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return body


def decompress(environ: Environ, body: bytes) -> tuple[Environ, bytes]:
    """Undoes gzip, since moto answers 500 to some compressed bodies."""
    if environ.get("HTTP_CONTENT_ENCODING", "").lower() != "gzip":
        return environ, body
    plain = {k: v for k, v in environ.items() if k != "HTTP_CONTENT_ENCODING"}
    return plain, gzip.decompress(body)


def replay(environ: Environ, body: bytes, **changes: str) -> Environ:
    """The environment of the same request with a body that can be read again."""
    copy = {
        k: v
        for k, v in environ.items()
        if k not in ("wsgi.input_terminated", "HTTP_TRANSFER_ENCODING")
        and not k.startswith("werkzeug.request")
    }
    copy.update(changes)
    copy["wsgi.input"] = io.BytesIO(body)
    copy["CONTENT_LENGTH"] = str(len(body))
    return copy


def invoke(app: WsgiApp, environ: Environ) -> Response:
    """Calls a WSGI application and collects its answer."""
    got: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], exc: Any = None) -> Any:
        got.append((status, headers))
        return lambda _: None

    chunks = app(environ, start)
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    status, headers = got[-1]
    kept = {k: v for k, v in headers if k.lower() != "content-length"}
    return Response(int(status.split()[0]), kept, body)


@cache
def model_name(signing_name: str) -> str | None:
    name = SIGNING_NAMES.get(signing_name, signing_name)
    try:
        get_service_model(name)
    except (UnknownServiceError, DataNotFoundError, ValueError):
        return None
    return name


def identify(environ: Environ, body: bytes) -> Call:
    """Says what a request is; what can't be told keeps its method and path as its operation."""
    credential = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    key = credential["key"] if credential else ""
    region = credential["region"] if credential else ""
    signed_for = credential["service"].lower() if credential else ""
    path = environ.get("PATH_INFO", "/")
    content_type = environ.get("CONTENT_TYPE", "")
    service = model_name(signed_for) if signed_for else None
    call = Call(
        environ=environ,
        body=body,
        service=service or signed_for or "unknown",
        operation=f"{environ.get('REQUEST_METHOD')} {path}",
        protocol="unknown",
        region=region,
        account=get_account_id_from(key),
        access_key=key,
    )
    cbor = CBOR_PATH.match(path)
    target = environ.get("HTTP_X_AMZ_TARGET")
    if cbor and environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor":
        call.operation, call.protocol = cbor["operation"], "cbor"
        if cbor["service"] == "GraniteServiceVersion20100801":
            call.service = "cloudwatch"
    elif target:
        call.operation, call.protocol = target.rsplit(".", 1)[-1], "json"
    elif content_type.startswith("application/x-www-form-urlencoded"):
        form = parse_qs(body.decode("utf-8", "replace"))
        call.operation = form.get("Action", [call.operation])[0]
        call.protocol = "ec2" if call.service == "ec2" else "query"
    elif service:
        call.protocol = str(get_service_model(service).protocol)
        try:
            request = Request(replay(environ, body))
            operation, call.uri_params = get_service_router(service).match(request)
            call.operation = str(operation.name)
        except (NotFound, NotImplementedError):
            pass
    return call


def fingerprint(call: Call) -> str:
    """The same for two requests with the same parameters, in whatever order they were written."""
    parts: Any = [call.environ.get("PATH_INFO", ""), call.environ.get("QUERY_STRING", "")]
    try:
        if call.protocol == "cbor":
            parts.append(cbor2.loads(call.body) if call.body else {})
        elif call.protocol in ("query", "ec2"):
            parts.append(sorted(parse_qs(call.body.decode()).items()))
        elif call.body:
            parts.append(json.loads(call.body))
    except (ValueError, UnicodeDecodeError, cbor2.CBORDecodeError):
        parts.append(call.body.hex())
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def parse(call: Call, response: Response) -> dict[str, Any]:
    """moto's answer as Python values. For CBOR, moto was asked in JSON."""
    protocol = "json" if call.protocol == "cbor" else call.protocol
    parsed = botocore.parsers.create_parser(protocol).parse(
        {
            "body": response.body,
            "headers": {k.lower(): v for k, v in response.headers.items()},
            "status_code": response.status,
        },
        call.operation_model.output_shape,
    )
    parsed.pop("ResponseMetadata", None)
    return parsed


def serialise(call: Call, result: dict[str, Any]) -> Response:
    """An answer of this operation in the protocol in which it was asked."""
    model = call.operation_model
    if call.protocol == "cbor":
        body = cbor2.dumps(to_cbor(model.output_shape, result) if model.output_shape else {})
        return Response(
            200, {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, body
        )
    serializer = get_serializer_class(call.service, call.protocol)(operation_model=model)
    answer = serializer.serialize(result)
    raw = answer["body"]
    return Response(
        answer["status_code"],
        {k: str(v) for k, v in answer["headers"].items()},
        raw if isinstance(raw, bytes) else str(raw).encode(),
    )


def to_cbor(shape: Any, value: Any) -> Any:
    """Python values as Smithy's rpc-v2-cbor wants them: tag 1 for times, doubles as doubles."""
    kind = shape.type_name
    if kind == "structure":
        return {
            name: to_cbor(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if kind == "list":
        return [to_cbor(shape.member, item) for item in value]
    if kind == "map":
        return {k: to_cbor(shape.value, v) for k, v in value.items()}
    if kind == "timestamp":
        return cbor2.CBORTag(1, as_time(value).timestamp())
    if kind in ("double", "float"):
        return float(value)
    return value


def from_cbor(value: Any) -> Any:
    """CBOR parameters as the JSON that moto reads (tag 1 has become a datetime)."""
    if isinstance(value, dict):
        return {k: from_cbor(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [from_cbor(v) for v in value]
    if isinstance(value, datetime):
        return value.timestamp()
    return value


def as_json_call(call: Call) -> Environ:
    """The request in AwsJson 1.0, which is what moto speaks of CloudWatch's newer protocols."""
    params = from_cbor(call.params)
    return replay(
        {k: v for k, v in call.environ.items() if k != "HTTP_SMITHY_PROTOCOL"},
        json.dumps(params).encode(),
        PATH_INFO="/",
        REQUEST_URI="/",
        RAW_URI="/",
        CONTENT_TYPE="application/x-amz-json-1.0",
        HTTP_X_AMZ_TARGET=f"GraniteServiceVersion20100801.{call.operation}",
    )


def as_time(value: Any) -> datetime:
    """A time however it was written: RFC 3339, epoch seconds, or a datetime."""
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC)
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def coerce(shape: Any, value: Any) -> Any:
    """Posted JSON as values of the model: only times need it."""
    if value is None:
        return None
    kind = shape.type_name
    if kind == "structure":
        unknown = set(value) - set(shape.members)
        if unknown:
            raise ValueError(f"{shape.name} has no {sorted(unknown)}")
        return {k: coerce(shape.members[k], v) for k, v in value.items()}
    if kind == "list":
        return [coerce(shape.member, v) for v in value]
    if kind == "timestamp":
        return as_time(value)
    return value
