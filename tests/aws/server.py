"""Starts the AWS test peer: moto's server on a local port, wrapped (see `peer.py`).

    python server.py [--port N] [--enforce-iam]

prints one line, {"port": N}, once requests are answered quickly, and ends when its
standard input closes or on SIGTERM: a killed test leaves no server behind.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

# Before moto is imported: it reads these once. Accounts come from credentials, so a
# variable that pins one account must not be inherited.
os.environ.pop("MOTO_ACCOUNT_ID", None)
os.environ.pop("INITIAL_NO_AUTH_ACTION_COUNT", None)
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

import boto3  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server  # noqa: E402

from peer import Peer  # noqa: E402

WARM_UP = (
    ("sns", "list_topics"),
    ("cloudwatch", "describe_alarms"),
    ("ecs", "list_clusters"),
    ("elbv2", "describe_load_balancers"),
    ("rds", "describe_db_instances"),
    ("kms", "list_keys"),
    ("iam", "list_roles"),
    ("cloudtrail", "lookup_events"),
    ("backup", "list_restore_jobs"),
    ("acm", "list_certificates"),
    ("secretsmanager", "list_secrets"),
    ("logs", "describe_log_groups"),
    ("s3", "list_buckets"),
    ("ecr", "describe_repositories"),
    ("scheduler", "list_schedules"),
)


class QuietHandler(MotoRequestHandler):
    """No line per request; HTTP/1.1, so that clients keep their connections."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def build(port: int = 0, enforce_iam: bool = False) -> tuple[BaseWSGIServer, Peer]:
    """A server that is bound and not yet serving."""
    peer = Peer(DomainDispatcherApplication(create_backend_app), enforce_iam)
    server = make_server("127.0.0.1", port, peer, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.block_on_close = False  # type: ignore[attr-defined]
    return server, peer


def warm(port: int) -> None:
    """Makes moto load each service now, and not within a test's first request."""
    session: Any = boto3.Session("warm", "warm", region_name="us-east-1")
    for service, operation in WARM_UP:
        client = session.client(service, endpoint_url=f"http://127.0.0.1:{port}")
        getattr(client, operation)()
        client.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--enforce-iam", action="store_true")
    args = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    server, peer = build(args.port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    warm(server.server_port)
    peer.controlled("POST", "/harden/log/reset", None)
    peer.controlled("POST", "/harden/iam", {"enforce": args.enforce_iam})
    print(json.dumps({"port": server.server_port}), flush=True)

    # Hung requests hold threads: leaving has to be abrupt.
    def leave(_signal: int, _frame: FrameType | None) -> None:
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
