//! Changes of load balancers and their listeners.

use harden_core::{Remediation, Step, hcl_string};
use serde_json::{Value, json};

use super::cli::aws;
use crate::views::Balancer;

/// Where the attributes of a load balancer are documented.
pub(crate) const ATTRIBUTES: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html";

/// Switches an attribute of a load balancer on.
pub(crate) fn switch_on(
    summary: &'static str,
    balancer: &Balancer,
    attribute: &str,
    argument: &str,
) -> Remediation {
    let input = json!({
        "LoadBalancerArn": &*balancer.arn,
        "Attributes": [{"Key": attribute, "Value": "true"}],
    });
    Remediation::new(summary)
        .step(
            aws("elbv2", "modify-load-balancer-attributes")
                .json(&input)
                .region(&balancer.place.region)
                .step(
                    "Switch it on; all other attributes stay",
                    &["elasticloadbalancing:ModifyLoadBalancerAttributes"],
                ),
        )
        .terraform(terraform(balancer, &format!("  {argument} = true\n")))
        .link(ATTRIBUTES)
}

/// A load balancer as Terraform has it, with some arguments.
pub(crate) fn terraform(balancer: &Balancer, arguments: &str) -> String {
    format!(
        "resource \"aws_lb\" \"this\" {{\n  name = {}\n  # … the settings it has\n{arguments}}}\n",
        hcl_string(&balancer.name),
    )
}

/// The action that leads a request to HTTPS at the same address.
pub(crate) fn to_https() -> Value {
    json!([{"Type": "redirect", "RedirectConfig": {
        "Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}",
        "Query": "#{query}", "StatusCode": "HTTP_301",
    }}])
}

/// Changes a listener.
pub(crate) fn modify_listener(input: &Value, region: &str, title: &'static str) -> Step {
    aws("elbv2", "modify-listener")
        .json(input)
        .region(region)
        .step(title, &["elasticloadbalancing:ModifyListener"])
}
