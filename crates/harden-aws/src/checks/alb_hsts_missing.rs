use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::views::ListenerWithAttributes;

pub(crate) static CHECK: Rule<ListenerWithAttributes, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-hsts-missing",
        "HTTPS listeners of internet-facing load balancers send HSTS",
        Severity::Low,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Send Strict-Transport-Security from the listener or from the application.")
    .page(include_str!("alb_hsts_missing.md"))
    .since("0.1.0"),
    judge,
);

const ATTRIBUTE: &str = "routing.http.response.strict_transport_security.header_value";
const SOURCE: &str = "elasticloadbalancing:DescribeListenerAttributes";

/// The value that the guide gives.
const VALUE: &str = "max-age=31536000; includeSubDomains; preload";

fn judge(subject: &ListenerWithAttributes, _: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_internet_facing()? {
        return Ok(verdict);
    }
    // The view also holds listeners whose protocol is unknown: these may not be HTTPS.
    subject.listener.protocol.get()?;
    let Some(value) = subject.attributes.get()?.strict_transport_security.get()? else {
        return Err(Unknown::undetermined(
            "the listener adds no Strict-Transport-Security header; the application may send it, \
             but its responses are not read",
        )
        .during(SOURCE));
    };
    let evidence = Evidence::of(ATTRIBUTE, value, SOURCE).expected("max-age over 0");
    if max_age(value).is_some_and(|seconds| seconds > 0) {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(subject)))
}

/// The seconds of `max-age`. `None` if a browser ignores the header (RFC 6797, section 6.1): the
/// directive is missing, is not a number, or occurs twice.
fn max_age(value: &str) -> Option<u64> {
    let mut ages = value.split(';').filter_map(|directive| {
        let (name, seconds) = directive.split_once('=')?;
        let is_age = name.trim().eq_ignore_ascii_case("max-age");
        is_age.then(|| seconds.trim().trim_matches('"').parse().ok())
    });
    let only = ages.next()?;
    if ages.next().is_some() {
        return None;
    }
    only
}

fn remediation(subject: &ListenerWithAttributes) -> Remediation {
    let input = json!({
        "ListenerArn": subject.listener.arn,
        "Attributes": [{"Key": ATTRIBUTE, "Value": VALUE}],
    });
    Remediation::new(
        "send Strict-Transport-Security with a max-age of one year; browsers then refuse plain \
         HTTP for the host and its subdomains, so all of them must support HTTPS; `preload` is \
         hard to undo, so omit it if you are not sure",
    )
    .step(
        aws("elbv2", "modify-listener-attributes")
            .json(&input)
            .region(&subject.balancer.place.region)
            .step(
                "Let the listener add the header; the other attributes do not change",
                &["elasticloadbalancing:ModifyListenerAttributes"],
            ),
    )
    .terraform(format!(
        "resource \"aws_lb_listener\" \"https\" {{\n  # … the settings it has\n  routing_http_response_strict_transport_security_header_value = \"{VALUE}\"\n}}\n"
    ))
    .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html")
}

#[cfg(test)]
mod tests {
    use super::max_age;

    #[test]
    fn a_header_that_browsers_ignore_has_no_max_age() {
        assert_eq!(
            max_age("max-age=31536000; includeSubDomains"),
            Some(31_536_000)
        );
        assert_eq!(max_age("includeSubDomains;Max-Age=\"60\""), Some(60));
        assert_eq!(max_age("max-age=0"), Some(0));
        for ignored in [
            "",
            "includeSubDomains",
            "max-age",
            "max-age=",
            "max-age=a year",
            "max-age=-1",
            "max-age=60; max-age=70",
        ] {
            assert_eq!(max_age(ignored), None, "{ignored}");
        }
    }
}
