"""What moto lacks of load balancers and of AWS WAF. Our belief about AWS, as `supplements.py`.

Shapes are the service models'. That DescribeLoadBalancerAttributes tells every attribute of an
application load balancer, whatever was set, is AWS's documentation; so is that
ListResourcesForWebACL tells load balancers unless asked for another type, and that
ListLoggingConfigurations tells only those of the scope that is asked for.
"""

from __future__ import annotations

from typing import Any

from moto.wafv2.models import wafv2_backends

from state import State
from wire import AwsError, Call

Result = dict[str, Any]

# What an application load balancer has that moto does not tell until it is set.
ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "deletion_protection.enabled": "false",
    "routing.http.drop_invalid_header_fields.enabled": "false",
}


def list_resources(call: Call, params: Result, state: State) -> Result:
    """moto keeps what a web ACL is on, but has no operation that tells."""
    acl = wafv2_backends[call.account][call.region].wacls.get(params["WebACLArn"])
    if acl is None:
        message = "AWS WAF couldn't perform the operation because your resource doesn't exist."
        raise AwsError("WAFNonexistentItemException", message)
    kind = params.get("ResourceType", "APPLICATION_LOAD_BALANCER")
    balancers = [arn for arn in acl.associated_resources if ":loadbalancer/app/" in arn]
    return {"ResourceArns": balancers if kind == "APPLICATION_LOAD_BALANCER" else []}


def patch_attributes(call: Call, params: Result, result: Result, state: State) -> None:
    if ":loadbalancer/app/" not in params["LoadBalancerArn"]:
        return
    told = {attribute["Key"] for attribute in result["Attributes"]}
    missing = [{"Key": k, "Value": v} for k, v in ATTRIBUTES.items() if k not in told]
    result["Attributes"] = result["Attributes"] + missing


def patch_logging(call: Call, params: Result, result: Result, state: State) -> None:
    """moto knows no scopes: all that it holds the account itself set up."""
    if params.get("LogScope", "CUSTOMER") != "CUSTOMER":
        result["LoggingConfigurations"] = []


SERVED = {("wafv2", "ListResourcesForWebACL"): list_resources}
PATCHES = {
    ("elbv2", "DescribeLoadBalancerAttributes"): patch_attributes,
    ("wafv2", "ListLoggingConfigurations"): patch_logging,
}
