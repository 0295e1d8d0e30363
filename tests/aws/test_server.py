"""Tests of the test peer itself: `python -m unittest discover -s tests/aws`.

What they rest on. The bridge is exercised by raw CBOR, written here by hand from the
Smithy rpc-v2-cbor specification, and by botocore where it speaks for AWS's side: that
botocore turns a fault into the right ClientError is evidence that the shape is AWS's.
Resources, filters, IAM's evaluation and SigV4 are moto's. Everything else is our belief
about AWS and no oracle: posted state (ages, pending subscriptions, histories, restore
jobs, CloudTrail), paging where moto has none, the wording and status of errors, and the
status of a denial over CBOR most of all.
"""

from __future__ import annotations

import gzip
import http.client
import json
import subprocess
import sys
import threading
import time
import unittest
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ReadTimeoutError
from werkzeug.serving import BaseWSGIServer

from builder import CONFIG, assume, aws, control
from estate import auditor, build
from server import build as build_server
from variants import SLACK

REGION = "us-east-2"
GRANITE = "/service/GraniteServiceVersion20100801/operation/"


class PeerTest(unittest.TestCase):
    """One server for all; every test has an account of its own."""

    accounts = 200_000_000_000
    url: str
    server: BaseWSGIServer

    @classmethod
    def setUpClass(cls) -> None:
        cls.server, _ = build_server()
        cls.url = f"http://127.0.0.1:{cls.server.server_port}"
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.shutdown()
        cls.server.server_close()

    def setUp(self) -> None:
        PeerTest.accounts += 1
        self.account = str(PeerTest.accounts)
        self.credentials = assume(self.url, self.account, REGION)
        self.clients: list[Any] = []
        self.control("log/reset")

    def tearDown(self) -> None:
        for client in self.clients:
            client.close()
        self.control(f"faults?account={self.account}", method="DELETE")
        self.control("pages", {})
        self.control("iam", {"enforce": False})

    def control(self, path: str, data: Any = None, method: str = "POST") -> Any:
        return control(self.url, path, data, method)

    def client(
        self,
        service: str,
        credentials: dict[str, str] | None = None,
        config: Config = CONFIG,
        region: str = REGION,
    ) -> Any:
        client = aws(self.url, service, region, credentials or self.credentials, config)
        self.clients.append(client)
        return client

    def fails(self, call: Any, **kwargs: Any) -> tuple[str, str, int]:
        with self.assertRaises(ClientError) as caught:
            call(**kwargs)
        answer = caught.exception.response
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return answer["Error"]["Code"], answer["Error"]["Message"], status

    def cbor(
        self, operation: str, params: Any, compress: bool = False, **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """A request as a Smithy client writes it, without any SDK's help."""
        body = cbor2.dumps(params)
        sent = {
            "smithy-protocol": "rpc-v2-cbor",
            "content-type": "application/cbor",
            "accept": "application/cbor",
            "authorization": "AWS4-HMAC-SHA256 Credential="
            f"{self.credentials['access_key_id']}/20260101/{REGION}/monitoring/aws4_request, "
            "SignedHeaders=host, Signature=0",
        } | {k.replace("_", "-"): v for k, v in headers.items()}
        if compress:
            body = gzip.compress(body)
            sent["content-encoding"] = "gzip"
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=30)
        connection.request("POST", GRANITE + operation, body, sent)
        answer = connection.getresponse()
        raw = answer.read()
        connection.close()
        got = {k.lower(): v for k, v in answer.getheaders()}
        if got.get("content-type") != "application/cbor":
            return answer.status, got, raw
        self.assertEqual(got["smithy-protocol"], "rpc-v2-cbor")
        return answer.status, got, cbor2.loads(raw, tag_hook=None)

    def put_alarm(self, name: str, **given: Any) -> None:
        params = {
            "AlarmName": name,
            "Namespace": "AWS/ECS",
            "MetricName": "CPUUtilization",
            "Statistic": "Average",
            "Period": 300,
            "EvaluationPeriods": 2,
            "Threshold": 85.0,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        self.assertEqual(self.cbor("PutMetricAlarm", params | given)[0], 200)


class Bridge(PeerTest):
    def test_alarm_survives_both_ways(self) -> None:
        name = 'quoted " \n\x07 <b>'
        self.put_alarm(name, Dimensions=[{"Name": "ServiceName", "Value": "service"}])
        status, _, answer = self.cbor("DescribeAlarms", {"AlarmNames": [name]})
        self.assertEqual(status, 200)
        (alarm,) = answer["MetricAlarms"]
        self.assertEqual(alarm["AlarmName"], name)
        self.assertEqual(alarm["Threshold"], 85.0)
        self.assertIsInstance(alarm["Threshold"], float)
        self.assertIsInstance(alarm["EvaluationPeriods"], int)
        self.assertIsInstance(alarm["StateUpdatedTimestamp"], datetime)
        self.assertEqual(alarm["Dimensions"], [{"Name": "ServiceName", "Value": "service"}])

    def test_times_are_tagged_and_doubles_are_doubles(self) -> None:
        self.put_alarm("plain", Threshold=1.0)
        body = cbor2.dumps({})
        raw = self._raw("DescribeAlarms", body)
        self.assertIn(cbor2.dumps("Threshold") + b"\xfb\x3f\xf0" + bytes(6), raw)
        self.assertIn(cbor2.dumps("StateUpdatedTimestamp") + b"\xc1\xfb", raw)

    def _raw(self, operation: str, body: bytes) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=30)
        credential = (
            f"{self.credentials['access_key_id']}/20260101/{REGION}/monitoring/aws4_request"
        )
        connection.request(
            "POST",
            GRANITE + operation,
            body,
            {
                "smithy-protocol": "rpc-v2-cbor",
                "content-type": "application/cbor",
                "authorization": f"AWS4-HMAC-SHA256 Credential={credential}, Signature=0",
            },
        )
        raw = connection.getresponse().read()
        connection.close()
        return raw

    def test_pages_of_metric_and_composite_alarms(self) -> None:
        for number in range(4):
            self.put_alarm(f"alarm-{number}")
        params = {
            "AlarmName": "composite",
            "AlarmRule": "ALARM(alarm-0)",
            "AlarmActions": ["arn:x"],
        }
        self.assertEqual(self.cbor("PutCompositeAlarm", params)[0], 200)
        # As documented: without AlarmTypes, composite alarms are left out.
        answer = self.cbor("DescribeAlarms", {})[2]
        self.assertEqual((len(answer["MetricAlarms"]), len(answer["CompositeAlarms"])), (4, 0))

        seen, pages, token = [], 0, None
        while True:
            asked: dict[str, Any] = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
            asked |= {"MaxRecords": 2} | ({"NextToken": token} if token else {})
            answer = self.cbor("DescribeAlarms", asked)[2]
            both = answer["CompositeAlarms"] + answer["MetricAlarms"]
            self.assertLessEqual(len(both), 2)
            seen += [a["AlarmName"] for a in both]
            pages, token = pages + 1, answer.get("NextToken")
            if not token:
                break
        self.assertEqual((pages, len(seen), len(set(seen))), (3, 5, 5))
        status, _, error = self.cbor("DescribeAlarms", {"NextToken": "made up"})
        self.assertEqual((status, error["__type"].split("#")[1]), (400, "InvalidNextToken"))

    def test_history_is_filtered_and_paged(self) -> None:
        now = datetime.now(UTC)
        items = [
            {
                "AlarmName": name,
                "AlarmType": "MetricAlarm",
                "HistoryItemType": "StateUpdate",
                "HistorySummary": "Alarm updated from OK to ALARM",
                "Timestamp": (now - timedelta(days=day)).isoformat(),
            }
            for name in ("a", "b")
            for day in range(1, 6)
        ]
        self.state(records={"cloudwatch": {"AlarmHistoryItems": items}})
        start = cbor2.CBORTag(1, (now - timedelta(days=3, hours=1)).timestamp())
        params = {"AlarmName": "a", "StartDate": start, "MaxRecords": 2}
        first = self.cbor("DescribeAlarmHistory", params)[2]
        second = self.cbor("DescribeAlarmHistory", params | {"NextToken": first["NextToken"]})[2]
        found = first["AlarmHistoryItems"] + second["AlarmHistoryItems"]
        self.assertNotIn("NextToken", second)
        self.assertEqual([i["AlarmName"] for i in found], ["a"] * 3)
        self.assertEqual(found, sorted(found, key=lambda i: i["Timestamp"], reverse=True))

    def state(self, **posted: Any) -> None:
        self.control("state", {"account": self.account, "region": REGION} | posted)

    def test_metrics_compressed(self) -> None:
        now = datetime.now(UTC)
        datum = {
            "MetricName": "M",
            "Value": 2.5,
            "Timestamp": cbor2.CBORTag(1, (now - timedelta(minutes=5)).timestamp()),
        }
        put = self.cbor("PutMetricData", {"Namespace": "N", "MetricData": [datum]}, compress=True)
        self.assertEqual(put[0], 200)
        self.assertEqual(
            self.cbor("ListMetrics", {"Namespace": "N"})[2]["Metrics"][0]["MetricName"], "M"
        )
        metric = {"Namespace": "N", "MetricName": "M"}
        query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Average"}}
        answer = self.cbor(
            "GetMetricData",
            {
                "StartTime": cbor2.CBORTag(1, int((now - timedelta(hours=1)).timestamp())),
                "EndTime": cbor2.CBORTag(1, int(now.timestamp())),
                "MetricDataQueries": [query],
            },
        )[2]
        self.assertEqual(answer["MetricDataResults"][0]["Values"], [2.5])
        self.assertIsInstance(answer["MetricDataResults"][0]["Timestamps"][0], datetime)

    def test_state_of_an_alarm(self) -> None:
        self.put_alarm("a")
        params = {"AlarmName": "a", "StateValue": "ALARM", "StateReason": "test"}
        self.assertEqual(self.cbor("SetAlarmState", params)[0], 200)
        self.assertEqual(
            self.cbor("DescribeAlarms", {})[2]["MetricAlarms"][0]["StateValue"], "ALARM"
        )
        changes = {
            "StateValue": "INSUFFICIENT_DATA",
            "StateUpdatedTimestamp": "2026-01-02T03:04:05Z",
        }
        self.state(overrides={"cloudwatch": {"MetricAlarms": {"a": changes}}})
        (alarm,) = self.cbor("DescribeAlarms", {})[2]["MetricAlarms"]
        self.assertEqual(alarm["StateValue"], "INSUFFICIENT_DATA")
        self.assertEqual(alarm["StateUpdatedTimestamp"].isoformat(), "2026-01-02T03:04:05+00:00")

    def test_errors_of_moto_and_gaps_show(self) -> None:
        status, headers, error = self.cbor(
            "SetAlarmState",
            {"AlarmName": "none", "StateValue": "OK", "StateReason": "r"},
            x_amzn_query_mode="true",
        )
        self.assertGreaterEqual(status, 400)
        self.assertIn("#", error["__type"])
        self.assertIn(";", headers["x-amzn-query-error"])
        status, headers, _ = self.cbor("DescribeAnomalyDetectors", {})
        self.assertEqual((status, headers["content-type"]), (500, "text/html"))
        self.assertEqual(self.control("log", method="GET")[-1]["status"], 500)

    def test_json_and_query_still_work(self) -> None:
        self.put_alarm("a")
        names = [
            a["AlarmName"] for a in self.client("cloudwatch").describe_alarms()["MetricAlarms"]
        ]
        self.assertEqual(names, ["a"])
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=30)
        credential = (
            f"{self.credentials['access_key_id']}/20260101/{REGION}/monitoring/aws4_request"
        )
        connection.request(
            "POST",
            "/",
            "Action=DescribeAlarms&Version=2010-08-01",
            {
                "content-type": "application/x-www-form-urlencoded",
                "authorization": f"AWS4-HMAC-SHA256 Credential={credential}, Signature=0",
            },
        )
        body = connection.getresponse().read()
        connection.close()
        self.assertIn(b"<AlarmName>a</AlarmName>", body)


class FaultsAndLog(PeerTest):
    def deny(
        self, service: str, operation: str = "*", kind: str = "access-denied", **more: Any
    ) -> None:
        fault = {"service": service, "operation": operation, "kind": kind, "account": self.account}
        self.control("faults", [fault | more])

    def test_denials_in_each_protocol(self) -> None:
        account = self.account
        cases = [
            ("sns", "list_topics", {}, "AuthorizationError", 403, "sns:ListTopics"),
            ("rds", "describe_db_instances", {}, "AccessDenied", 403, "rds:DescribeDBInstances"),
            (
                "elbv2",
                "describe_load_balancers",
                {},
                "AccessDenied",
                403,
                "elasticloadbalancing:DescribeLoadBalancers",
            ),
            ("sts", "get_caller_identity", {}, "AccessDenied", 403, "sts:GetCallerIdentity"),
            ("ecs", "list_clusters", {}, "AccessDeniedException", 400, "ecs:ListClusters"),
            ("kms", "list_keys", {}, "AccessDeniedException", 400, "kms:ListKeys"),
            (
                "cloudtrail",
                "lookup_events",
                {},
                "AccessDeniedException",
                400,
                "cloudtrail:LookupEvents",
            ),
            (
                "organizations",
                "describe_organization",
                {},
                "AccessDeniedException",
                400,
                "organizations:DescribeOrganization",
            ),
            (
                "budgets",
                "describe_budgets",
                {"AccountId": account},
                "AccessDeniedException",
                400,
                "budgets:ViewBudget",
            ),
            (
                "budgets",
                "describe_budget_actions_for_account",
                {"AccountId": account},
                "AccessDeniedException",
                400,
                "budgets:DescribeBudgetActionsForAccount",
            ),
            (
                "backup",
                "list_restore_jobs",
                {},
                "AccessDeniedException",
                403,
                "backup:ListRestoreJobs",
            ),
            ("account", "list_regions", {}, "AccessDeniedException", 403, "account:ListRegions"),
        ]
        self.deny("*")
        for service, method, params, code, status, action in cases:
            with self.subTest(service=service, method=method):
                got = self.fails(getattr(self.client(service), method), **params)
                self.assertEqual((got[0], got[2]), (code, status))
                self.assertTrue(
                    got[1].startswith(
                        f"User: arn:aws:iam::{account}:user/auditor is not authorized to perform: "
                        f"{action} on resource: arn:aws:"
                    ),
                    got[1],
                )
                self.assertTrue(
                    got[1].endswith(f"because no identity-based policy allows the {action} action")
                )

    def test_denial_in_cbor(self) -> None:
        self.deny("cloudwatch", "DescribeAlarms", "access-denied-scp")
        status, headers, error = self.cbor("DescribeAlarms", {}, x_amzn_query_mode="true")
        self.assertEqual(status, 403)
        self.assertEqual(error["__type"].split("#")[1], "AccessDeniedException")
        self.assertTrue(
            error["message"].endswith("with an explicit deny in a service control policy")
        )
        self.assertEqual(headers["x-amzn-query-error"], "AccessDenied;Sender")

    def test_other_kinds(self) -> None:
        self.deny("rds", kind="throttle")
        self.deny("ecs", kind="throttle")
        self.deny("sns", kind="expired-token")
        self.deny("kms", kind="expired-token")
        self.deny("backup", kind="server-error")
        self.assertEqual(
            self.fails(self.client("rds").describe_db_instances)[::2], ("Throttling", 400)
        )
        self.assertEqual(
            self.fails(self.client("ecs").list_clusters)[::2], ("ThrottlingException", 400)
        )
        self.assertEqual(self.fails(self.client("sns").list_topics)[0], "ExpiredToken")
        self.assertEqual(self.fails(self.client("kms").list_keys)[0], "ExpiredTokenException")
        self.assertEqual(self.fails(self.client("backup").list_restore_jobs)[2], 500)

    def test_scope_and_count(self) -> None:
        self.deny("rds", "DescribeDBInstances", "throttle", times=1, region=REGION)
        self.deny("sns", "GetTopicAttributes", resource=":secret-topic", action="sns:Custom")
        rds, sns = self.client("rds"), self.client("sns")
        self.fails(rds.describe_db_instances)
        rds.describe_db_instances()
        open_topic = sns.create_topic(Name="open-topic")["TopicArn"]
        sns.get_topic_attributes(TopicArn=open_topic)
        topic = sns.create_topic(Name="secret-topic")["TopicArn"]
        self.assertIn("sns:Custom", self.fails(sns.get_topic_attributes, TopicArn=topic)[1])
        self.control("faults", method="DELETE")
        sns.get_topic_attributes(TopicArn=topic)

    def test_hang_ends_when_faults_are_cleared(self) -> None:
        self.deny("sns", kind="hang")
        impatient = Config(retries={"total_max_attempts": 1}, read_timeout=0.3)
        with self.assertRaises(ReadTimeoutError):
            self.client("sns", config=impatient).list_topics()
        self.assertIsNone(self.control("log", method="GET")[-1]["status"])
        self.control("faults", method="DELETE")
        self.client("sns").list_topics()

    def test_log_and_delay(self) -> None:
        self.control("delay", {"ms": 60})
        try:
            before = time.monotonic()
            self.client("sns").list_topics()
            self.assertGreaterEqual(time.monotonic() - before, 0.06)
        finally:
            self.control("delay", {"ms": 0})
        self.client("backup").list_restore_jobs()
        self.cbor("DescribeAlarms", {})
        common = {
            "account": self.account,
            "region": REGION,
            "status": 200,
            "access_key": self.credentials["access_key_id"],
        }
        self.assertEqual(self.control("log?account=1", method="GET"), [])
        log = self.control(f"log?account={self.account}", method="GET")
        for entry in log:
            self.assertEqual(len(entry.pop("parameters")), 16)
            self.assertLessEqual(entry.pop("at"), entry.pop("answered"))
        self.assertEqual(
            log,
            [
                {"service": "sns", "operation": "ListTopics"} | common,
                {"service": "backup", "operation": "ListRestoreJobs"} | common,
                {"service": "cloudwatch", "operation": "DescribeAlarms"} | common,
            ],
        )

    def test_the_log_tells_whether_parameters_are_the_same(self) -> None:
        for rds in (self.client("rds"), self.client("rds")):
            for days in (1, 1, 2):
                rds.describe_events(Duration=days * 1440, SourceType="db-instance")
        for params in ({"a": 1, "b": 2}, {"b": 2, "a": 1}):
            self.cbor("DescribeAlarms", {"AlarmNamePrefix": "x", "MaxRecords": 5, **params})
        log = self.control(f"log?account={self.account}", method="GET")
        prints = [entry["parameters"] for entry in log]
        self.assertEqual(prints[0:3], prints[3:6])
        self.assertEqual([prints[0] == prints[1], prints[0] == prints[2]], [True, False])
        self.assertEqual(prints[6], prints[7])

    def test_a_subscriber_more(self) -> None:
        email = {"SubscriptionType": "EMAIL", "Address": "you@example.com"}
        other = email | {"Address": "oncall@example.com"}
        notification = {
            "NotificationType": "ACTUAL",
            "ComparisonOperator": "GREATER_THAN",
            "Threshold": 80,
        }
        budgets = self.client("budgets")
        name = {"AccountId": self.account, "BudgetName": "monthly"}
        budgets.create_budget(
            AccountId=self.account,
            Budget={
                "BudgetName": "monthly",
                "BudgetLimit": {"Amount": "5", "Unit": "USD"},
                "TimeUnit": "MONTHLY",
                "BudgetType": "COST",
            },
            NotificationsWithSubscribers=[{"Notification": notification, "Subscribers": [email]}],
        )
        budgets.create_subscriber(**name, Notification=notification, Subscriber=other)
        with self.assertRaises(budgets.exceptions.DuplicateRecordException):
            budgets.create_subscriber(**name, Notification=notification, Subscriber=email)
        told = budgets.describe_subscribers_for_notification(**name, Notification=notification)
        self.assertEqual(told["Subscribers"], [email, other])

    def test_a_fault_by_the_action_of_iam(self) -> None:
        fault = {"iam": "budgets:ViewBudget", "account": self.account, "kind": "access-denied"}
        self.control("faults", fault)
        budgets = self.client("budgets")
        with self.assertRaises(ClientError):
            budgets.describe_budgets(AccountId=self.account)
        budgets.describe_budget_actions_for_account(AccountId=self.account)

    def test_control_refuses_what_it_does_not_know(self) -> None:
        base = {"account": self.account, "region": REGION}
        for path, data in (
            ("faults", [{"kind": "typo"}]),
            ("state", base | {"overrides": {"rds": {"DBInstances": {"x": {"NoSuchMember": 1}}}}}),
            ("state", base | {"records": {"rds": {"NoSuchList": []}}}),
            ("state", base | {"typo": {}}),
            ("nowhere", {}),
        ):
            with self.subTest(path=path, data=data), self.assertRaises(OSError) as caught:
                self.control(path, data)
            caught.exception.close()  # type: ignore[attr-defined]


class Enforced(PeerTest):
    def test_iam_decides(self) -> None:
        allowed = ["sns:ListTopics", "cloudwatch:DescribeAlarms", "budgets:ViewBudget"]
        allowed.append("backup:ListRestoreJobs")
        session = auditor(self.url, self.account, REGION, allowed)
        self.control("iam", {"enforce": True})
        self.client("sns", session).list_topics()
        self.client("budgets", session).describe_budgets(AccountId=self.account)
        self.client("cloudwatch", session).describe_alarms()
        self.client("backup", session).list_restore_jobs(MaxResults=5, ByStatus="COMPLETED")
        code, message, status = self.fails(self.client("ecs", session).list_clusters)
        self.assertEqual((code, status), ("AccessDeniedException", 400))
        self.assertIn("assumed-role/harden-auditor/harden-tests is not authorized", message)
        # moto has no LookupEvents; IAM is asked all the same.
        code = self.fails(self.client("cloudtrail", session).lookup_events)[0]
        self.assertEqual(code, "AccessDeniedException")
        forged = session | {"secret_access_key": "forged"}
        self.assertEqual(
            self.fails(self.client("sns", forged).list_topics)[0], "SignatureDoesNotMatch"
        )
        status, _, error = self.cbor("DescribeAlarms", {})
        # Signed by nobody, and without the session's token.
        self.assertEqual(
            (status, error["__type"].split("#")[1]), (403, "UnrecognizedClientException")
        )

    def test_signed_cbor_is_admitted(self) -> None:
        """botocore signs a CBOR body, which is checked as it was sent, not as translated."""
        session = auditor(self.url, self.account, REGION, ["cloudwatch:DescribeAlarms"])
        self.control("iam", {"enforce": True})
        for operation, wanted in (("DescribeAlarms", 200), ("ListMetrics", 403)):
            body = cbor2.dumps({})
            request = AWSRequest(
                "POST",
                f"{self.url}{GRANITE}{operation}",
                data=body,
                headers={"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"},
            )
            credentials = Credentials(
                session["access_key_id"], session["secret_access_key"], session["session_token"]
            )
            SigV4Auth(credentials, "monitoring", REGION).add_auth(request)
            connection = http.client.HTTPConnection(
                "127.0.0.1", self.server.server_port, timeout=30
            )
            connection.request("POST", GRANITE + operation, body, dict(request.headers.items()))
            self.assertEqual(connection.getresponse().status, wanted)
            connection.close()

    def test_motos_switch(self) -> None:
        for body, previous in ((b"0", "inf"), (b"inf", "0.0")):
            connection = http.client.HTTPConnection(
                "127.0.0.1", self.server.server_port, timeout=30
            )
            connection.request("POST", "/moto-api/reset-auth", body)
            answer = json.load(connection.getresponse())
            connection.close()
            self.assertEqual(answer["PREVIOUS_INITIAL_NO_AUTH_ACTION_COUNT"], previous)
            if body == b"0":
                self.assertEqual(
                    self.fails(self.client("sns").list_topics)[0], "AuthorizationError"
                )
            else:
                self.client("sns").list_topics()


class Supplements(PeerTest):
    def test_pages_where_moto_has_none(self) -> None:
        ecs = self.client("ecs")
        ecs.create_cluster(clusterName="c")
        ecs.register_task_definition(
            family="f", containerDefinitions=[{"name": "n", "image": "i", "memory": 1}]
        )
        for number in range(12):
            ecs.create_service(
                cluster="c", serviceName=f"s{number}", taskDefinition="f", desiredCount=number
            )
        first = ecs.list_services(cluster="c")
        self.assertEqual(len(first["serviceArns"]), 10)
        pages = list(ecs.get_paginator("list_services").paginate(cluster="c"))
        self.assertEqual(sum(len(p["serviceArns"]) for p in pages), 12)
        described = ecs.describe_services(cluster="c", services=["s7"])["services"]
        self.assertEqual(described[0]["desiredCount"], 7)

    def test_pages_can_be_made_small(self) -> None:
        built = build(self.url, "bad", self.account, REGION)
        rds = self.client("rds", built["credentials"])
        whole = rds.describe_db_snapshots()["DBSnapshots"]
        self.control("pages", {"rds:DescribeDBSnapshots": 2})
        pages = list(rds.get_paginator("describe_db_snapshots").paginate())
        self.assertGreater(len(pages), 1)
        self.assertEqual([s for p in pages for s in p["DBSnapshots"]], whole)

    def test_aws_managed_key(self) -> None:
        kms = self.client("kms")
        key = kms.describe_key(KeyId="alias/aws/sns")["KeyMetadata"]
        self.assertEqual(key["KeyManager"], "AWS")
        self.assertEqual(kms.describe_key(KeyId=key["Arn"])["KeyMetadata"]["KeyManager"], "AWS")
        mine = kms.create_key()["KeyMetadata"]["KeyId"]
        self.assertEqual(kms.describe_key(KeyId=mine)["KeyMetadata"]["KeyManager"], "CUSTOMER")

    def test_organization(self) -> None:
        organizations = self.client("organizations")
        code = self.fails(organizations.describe_organization)[0]
        self.assertEqual(code, "AWSOrganizationsNotInUseException")
        organizations.create_organization()
        found = organizations.describe_organization()["Organization"]
        self.assertEqual(found["MasterAccountId"], self.account)

    def test_lookup_events(self) -> None:
        now = datetime.now(UTC)
        events = [
            {
                "EventId": str(day),
                "EventName": name,
                "EventTime": (now - timedelta(days=day)).isoformat(),
                "Resources": [{"ResourceName": f"r{day}"}],
            }
            for day in (1, 10, 100)
            for name in ("A", "B")
        ]
        posted = {
            "account": self.account,
            "region": REGION,
            "records": {"cloudtrail": {"Events": events}},
        }
        self.control("state", posted)
        trail = self.client("cloudtrail")

        def look(name: str, value: str, **more: Any) -> list[str]:
            attribute = {"AttributeKey": name, "AttributeValue": value}
            found = trail.get_paginator("lookup_events").paginate(
                LookupAttributes=[attribute], **more
            )
            return [e["EventId"] for page in found for e in page["Events"]]

        self.assertEqual(look("EventName", "A"), ["1", "10"])  # 100 days are out of reach
        self.assertEqual(look("ResourceName", "r10"), ["10", "10"])
        self.assertEqual(look("EventName", "A", StartTime=now - timedelta(days=2)), ["1"])
        self.assertEqual(
            self.client("cloudtrail").lookup_events(MaxResults=1)["Events"][0]["EventId"], "1"
        )
        other = self.client("cloudtrail", region="eu-west-1")
        self.assertEqual(other.lookup_events()["Events"], [])

    def test_rds_events_have_a_window(self) -> None:
        now = datetime.now(UTC)
        event = {
            "SourceIdentifier": "db",
            "SourceType": "db-instance",
            "Message": "Finished applying modification to DB instance class",
            "EventCategories": ["configuration change"],
            "Date": (now - timedelta(days=3)).isoformat(),
        }
        posted = {
            "account": self.account,
            "region": REGION,
            "records": {"rds": {"Events": [event]}},
        }
        self.control("state", posted)
        rds = self.client("rds")
        self.assertEqual(rds.describe_events()["Events"], [])
        self.assertEqual(len(rds.describe_events(Duration=20160)["Events"]), 1)
        wanted = {"Duration": 20160, "SourceType": "db-instance"}
        self.assertEqual(
            len(rds.describe_events(EventCategories=["configuration change"], **wanted)["Events"]),
            1,
        )
        self.assertEqual(rds.describe_events(EventCategories=["backup"], **wanted)["Events"], [])
        self.fails(rds.describe_events, StartTime=now - timedelta(days=20))

    def test_backup_snapshot_type(self) -> None:
        build(self.url, "good", self.account, REGION)
        rds = self.client("rds")
        self.assertEqual(rds.describe_db_snapshots(SnapshotType="awsbackup")["DBSnapshots"], [])
        (manual, *_) = rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
        name = manual["DBSnapshotIdentifier"]
        self.control(
            "state",
            {
                "account": self.account,
                "region": REGION,
                "overrides": {"rds": {"DBSnapshots": {name: {"SnapshotType": "awsbackup"}}}},
            },
        )
        (found,) = rds.describe_db_snapshots(SnapshotType="awsbackup")["DBSnapshots"]
        self.assertEqual(
            (found["DBSnapshotIdentifier"], found["SnapshotType"]), (name, "awsbackup")
        )


class Estates(PeerTest):
    def build(self, variant: str) -> dict[str, Any]:
        built = build(self.url, variant, self.account, REGION)
        bad = [e for e in self.control("log", method="GET") if e["status"] != 200]
        self.assertEqual(bad, [])
        return built

    def test_good(self) -> None:
        n = self.build("good")["names"]
        sns = self.client("sns")
        attributes = sns.get_topic_attributes(TopicArn=n["topic"])["Attributes"]
        self.assertEqual(attributes["SubscriptionsConfirmed"], "3")
        self.assertEqual(attributes["SubscriptionsPending"], "0")
        self.assertEqual(attributes["KmsMasterKeyId"], n["key"])
        rds = self.client("rds")
        (cluster,) = rds.describe_db_clusters()["DBClusters"]
        age = datetime.now(UTC) - cluster["LatestRestorableTime"]
        self.assertLess(age, timedelta(minutes=10))
        zones = {
            i["DBInstanceIdentifier"]: i["AvailabilityZone"]
            for i in rds.describe_db_instances()["DBInstances"]
        }
        self.assertNotEqual(
            zones["saaspe-production-aurora-1"], zones["saaspe-production-aurora-2"]
        )
        self.assertEqual(len(rds.describe_export_tasks()["ExportTasks"]), 0)
        self.assertEqual(len(self.client("backup").list_restore_jobs()["RestoreJobs"]), 1)
        self.assertEqual(len(self.client("cloudtrail").lookup_events()["Events"]), 1)
        budgets = self.client("budgets")
        who = {"AccountId": self.account, "BudgetName": "SaaSPE-Monthly-Budget"}
        notifications = budgets.describe_notifications_for_budget(**who)["Notifications"]
        self.assertEqual(len(notifications), 4)
        self.assertEqual({x["NotificationState"] for x in notifications}, {"OK"})
        kinds = [
            [
                s["SubscriptionType"]
                for s in budgets.describe_subscribers_for_notification(Notification=x, **who)[
                    "Subscribers"
                ]
            ]
            for x in notifications
        ]
        self.assertEqual(kinds, [["EMAIL"], ["EMAIL", "SNS"], ["SNS"], ["EMAIL"]])
        spent = budgets.describe_budget(**who)["Budget"]["CalculatedSpend"]["ActualSpend"]["Amount"]
        self.assertEqual(spent, "310.00")
        alarms = self.client("cloudwatch").describe_alarms(
            AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        self.assertEqual((len(alarms["MetricAlarms"]), len(alarms["CompositeAlarms"])), (7, 1))

    def test_bad(self) -> None:
        n = self.build("bad")["names"]
        sns = self.client("sns")
        attributes = sns.get_topic_attributes(TopicArn=n["topic"])["Attributes"]
        counts = attributes["SubscriptionsConfirmed"], attributes["SubscriptionsPending"]
        self.assertEqual(counts, ("1", "2"))
        (statement,) = json.loads(attributes["Policy"])["Statement"]
        self.assertEqual(
            statement["Condition"], {"StringEquals": {"AWS:SourceOwner": self.account}}
        )
        held = sns.list_subscriptions_by_topic(TopicArn=n["topic"])["Subscriptions"]
        pending = {s["Endpoint"] for s in held if s["SubscriptionArn"] == "PendingConfirmation"}
        self.assertEqual(pending, {SLACK, "devops@example.com"})
        everywhere = sns.list_subscriptions()["Subscriptions"]
        self.assertEqual(sum(s["SubscriptionArn"] == "PendingConfirmation" for s in everywhere), 3)
        rds = self.client("rds")
        shared = rds.describe_db_snapshot_attributes(DBSnapshotIdentifier="saaspe-shared-with-all")
        (restore,) = shared["DBSnapshotAttributesResult"]["DBSnapshotAttributes"]
        self.assertEqual(restore["AttributeValues"], ["all"])
        postgres = rds.describe_db_instances(DBInstanceIdentifier="saaspe-production-postgres")
        self.assertNotIn("LatestRestorableTime", postgres["DBInstances"][0])
        (dead,) = self.client("cloudwatch").describe_alarms(AlarmNames=["saaspe-old-ecs-cpu-high"])[
            "MetricAlarms"
        ]
        self.assertEqual(dead["StateValue"], "INSUFFICIENT_DATA")
        history = self.client("cloudwatch").describe_alarm_history(
            AlarmName="saaspe-production-ecs-cpu-restless"
        )
        raised = [
            i for i in history["AlarmHistoryItems"] if i["HistorySummary"].endswith("to ALARM")
        ]
        self.assertEqual(len(raised), 14)

    def test_unknowns(self) -> None:
        built = self.build("unknowns")
        self.assertGreater(len(built["faults"]), 10)
        self.assertEqual(
            self.fails(self.client("account").list_regions)[0], "AccessDeniedException"
        )

    def test_others(self) -> None:
        for variant in ("bad-no-budget", "hostile", "empty"):
            with self.subTest(variant=variant):
                self.build(variant)
                self.setUp()


class Process(unittest.TestCase):
    def test_lives_as_long_as_its_input(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("server.py")), "--enforce-iam"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            assert server.stdin and server.stdout
            url = f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}"
            self.assertEqual(control(url, "log", method="GET"), [])
            with self.assertRaises(ClientError):
                assume(url, "123456789012", REGION)
            server.stdin.close()
            self.assertEqual(server.wait(10), 0)


if __name__ == "__main__":
    unittest.main()
