"""The edge of the estates: listeners, their attributes, web ACLs and their rules."""

from __future__ import annotations

from typing import Any

from builder import Builder

MODERN = "ELBSecurityPolicy-TLS13-1-2-2021-06"
OLD = "ELBSecurityPolicy-2016-08"
HSTS = "routing.http.response.strict_transport_security.header_value"
CORE = "AWSManagedRulesCommonRuleSet"
BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"
SQLI = "AWSManagedRulesSQLiRuleSet"

REDIRECT: list[dict[str, Any]] = [
    {
        "Type": "redirect",
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
    }
]
URL_DECODE = [{"Priority": 0, "Type": "URL_DECODE"}]
ARGUMENTS = {"FieldToMatch": {"AllQueryArguments": {}}, "TextTransformations": URL_DECODE}

Rule = dict[str, Any]


# --- pieces -----------------------------------------------------------------------------


def visible(name: str, on: bool = True) -> dict[str, Any]:
    return {
        "SampledRequestsEnabled": on,
        "CloudWatchMetricsEnabled": on,
        "MetricName": "".join(c if c.isascii() and c.isalnum() else "-" for c in name)[:100],
    }


def managed(name: str, group: str, priority: int, *, override: str = "None", **more: Any) -> Rule:
    statement = {"VendorName": "AWS", "Name": group, **more}
    return {
        "Name": name,
        "Priority": priority,
        "Statement": {"ManagedRuleGroupStatement": statement},
        "OverrideAction": {override: {}},
        "VisibilityConfig": visible(name),
    }


def rule(name: str, priority: int, statement: dict[str, Any], action: str = "Block") -> Rule:
    return {
        "Name": name,
        "Priority": priority,
        "Statement": statement,
        "Action": {action: {}},
        "VisibilityConfig": visible(name),
    }


def rate(priority: int, limit: int, window: int = 300) -> Rule:
    statement = {"Limit": limit, "EvaluationWindowSec": window, "AggregateKeyType": "IP"}
    return rule("rate", priority, {"RateBasedStatement": statement})


def web_acl(b: Builder, name: str, rules: list[Rule], balancer: str | None, **more: Any) -> str:
    """A web ACL, on a load balancer if one is given."""
    waf = b.client("wafv2")
    arn: str = waf.create_web_acl(
        **{
            "Name": name,
            "Scope": "REGIONAL",
            "DefaultAction": {"Allow": {}},
            "Rules": rules,
            "VisibilityConfig": visible(name),
            **more,
        }
    )["Summary"]["ARN"]
    if balancer:
        waf.associate_web_acl(WebACLArn=arn, ResourceArn=balancer)
    return arn


def rule_group(b: Builder, name: str, rules: list[Rule]) -> str:
    arn: str = b.client("wafv2").create_rule_group(
        Name=name, Scope="REGIONAL", Capacity=50, Rules=rules, VisibilityConfig=visible(name)
    )["Summary"]["ARN"]
    return arn


def certificate(b: Builder) -> str:
    arn: str = b.client("acm").request_certificate(DomainName="api.example.com")["CertificateArn"]
    return arn


def listeners(b: Builder, balancer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = b.client("elbv2").describe_listeners(LoadBalancerArn=balancer)[
        "Listeners"
    ]
    return found


def https(b: Builder, balancer: str, target: str, policy: str, hsts: str) -> str:
    elb = b.client("elbv2")
    arn: str = elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTPS",
        Port=443,
        SslPolicy=policy,
        Certificates=[{"CertificateArn": b.names["certificate"]}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
    )["Listeners"][0]["ListenerArn"]
    elb.modify_listener_attributes(ListenerArn=arn, Attributes=[{"Key": HSTS, "Value": hsts}])
    return arn


# --- estates ----------------------------------------------------------------------------


def good(b: Builder, balancer: str, target: str, otherwise: bool = False) -> None:
    """A hardened load balancer; `otherwise`: by the other means that count as well."""
    n, elb, waf = b.names, b.client("elbv2"), b.client("wafv2")
    n["certificate"] = certificate(b)
    n["listener-http"] = plain = listeners(b, balancer)[0]["ListenerArn"]
    elb.modify_listener(ListenerArn=plain, DefaultActions=REDIRECT)
    elb.create_rule(
        ListenerArn=plain,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/old/*"]}],
        Actions=REDIRECT,
    )
    year = "max-age=31536000; includeSubDomains; preload"
    n["listener-https"] = https(b, balancer, target, MODERN, year)
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=balancer,
        Attributes=[
            {"Key": "access_logs.s3.enabled", "Value": "true"},
            {"Key": "access_logs.s3.bucket", "Value": "saaspe-production-alb-logs"},
            {"Key": "deletion_protection.enabled", "Value": "true"},
            {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"},
        ],
    )
    if otherwise:
        office = waf.create_ip_set(
            Name="office",
            Scope="REGIONAL",
            IPAddressVersion="IPV4",
            Addresses=["192.0.2.0/24"],
        )
        rules = by_other_means(office["Summary"]["ARN"])
    else:
        sqli = [rule("sqli", 0, {"SqliMatchStatement": ARGUMENTS})]
        n["rule-group"] = group = rule_group(b, "saaspe-own", sqli)
        own = managed("own", "", 4) | {"Statement": {"RuleGroupReferenceStatement": {"ARN": group}}}
        rules = [
            rate(0, 2000),
            managed("core", CORE, 1),
            managed("bad-inputs", BAD_INPUTS, 2),
            own,
        ]
    n["web-acl"] = acl = web_acl(b, "saaspe-production-edge", rules, balancer)
    # One that is on no load balancer, and that nobody judges.
    n["web-acl-idle"] = web_acl(b, "saaspe-idle", [], None)
    waf.put_logging_configuration(
        LoggingConfiguration={
            "ResourceArn": acl,
            "LogDestinationConfigs": [b.arn("logs", "log-group:aws-waf-logs-saaspe")],
        }
    )


def by_other_means(office_arn: str) -> list[Rule]:
    """The core set counts and is blocked by its labels; the office is let in; 400 a minute."""
    office = {"ARN": office_arn}
    label = {"Scope": "NAMESPACE", "Key": "awswaf:managed:aws:core-rule-set:"}
    slow = rate(1, 400, 60)
    slow["Statement"]["RateBasedStatement"]["ScopeDownStatement"] = {
        "NotStatement": {"Statement": {"IPSetReferenceStatement": office}}
    }
    return [
        rule("office", 0, {"IPSetReferenceStatement": office}, "Allow"),
        slow,
        managed("core", CORE, 2, override="Count"),
        rule("core-by-label", 3, {"LabelMatchStatement": label}),
        managed("bad-inputs", BAD_INPUTS, 4),
        managed("sqli", SQLI, 5),
        rule("xss", 6, {"XssMatchStatement": ARGUMENTS}),
    ]


def bad(b: Builder, balancer: str, target: str) -> None:
    """A load balancer that is wide open, and two with web ACLs that do little."""
    n, elb = b.names, b.client("elbv2")
    n["certificate"] = certificate(b)
    plain = listeners(b, balancer)[0]["ListenerArn"]
    elb.create_rule(
        ListenerArn=plain,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/health"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": target}],
    )
    n["listener-https"] = https(b, balancer, target, OLD, "max-age=0")

    # Nothing on 443, and a web ACL without a rule that helps.
    n["alb-bare"], n["target-group-bare"] = b.balancer("saaspe-production-bare", "saaspe-bare-tg")
    high = rate(1, 20_000)
    n["acl-bare"] = web_acl(b, "saaspe-bare", [high], n["alb-bare"])

    # The right names, of which one counts, and nothing to be seen.
    n["alb-lax"], _ = b.balancer("saaspe-production-lax", "saaspe-lax-tg")
    rules = [
        rate(0, 2000),
        managed("core", CORE, 1, override="Count"),
        managed("bad-inputs", BAD_INPUTS, 2, ExcludedRules=[{"Name": "Log4JRCE_HEADER"}]),
        managed("sqli", SQLI, 3),
    ]
    for each in rules[:2]:
        each["VisibilityConfig"] = visible(each["Name"], on=False)
    n["acl-lax"] = web_acl(
        b,
        "saaspe-lax",
        rules,
        n["alb-lax"],
        Description="what nobody looks at",
        TokenDomains=["example.com"],
        CustomResponseBodies={"no": {"ContentType": "TEXT_PLAIN", "Content": "no"}},
    )


def demo(b: Builder, balancer: str, target: str) -> None:
    """Half of the guide: HTTPS beside plain HTTP, and a web ACL whose core rules count."""
    b.names["certificate"] = certificate(b)
    https(b, balancer, target, MODERN, "max-age=31536000")
    rules = [
        rate(0, 2000),
        managed("core", CORE, 1, override="Count"),
        managed("bad-inputs", BAD_INPUTS, 2),
    ]
    web_acl(b, "saaspe-production-edge", rules, balancer)


def hostile(b: Builder, names: dict[str, str]) -> None:
    """Rules whose names break reports and shells; what mends the web ACL carries them all."""
    n = b.names
    n["alb"], _ = b.balancer("hostile-alb", "hostile-tg")
    rules = [managed("core", CORE, 0, override="Count")]
    for priority, name in enumerate(names.values(), 1):
        country = {"GeoMatchStatement": {"CountryCodes": ["KP"]}}
        rules.append(rule(f"rule {name}", priority, country))
    n["web-acl"] = web_acl(b, "hostile", rules, n["alb"], Description=names["quotes"])
