//! Changes of load balancers and their listeners.

use harden_core::{Remediation, Step, hcl_string};
use serde_json::{Value, json};

use super::cli::aws;
use crate::views::Balancer;

/// The documentation of the attributes of a load balancer.
pub(crate) const ATTRIBUTES: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html";

/// Enables an attribute of a load balancer.
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
                    "Enable it; all other attributes stay",
                    &["elasticloadbalancing:ModifyLoadBalancerAttributes"],
                ),
        )
        .terraform(terraform(balancer, &format!("  {argument} = true\n")))
        .link(ATTRIBUTES)
}

/// The Terraform resource of a load balancer, with some arguments.
pub(crate) fn terraform(balancer: &Balancer, arguments: &str) -> String {
    format!(
        "resource \"aws_lb\" \"this\" {{\n  name = {}\n  # … the current settings\n{arguments}}}\n",
        hcl_string(&balancer.name),
    )
}

/// The action that redirects a request to HTTPS at the same host, path and query.
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
