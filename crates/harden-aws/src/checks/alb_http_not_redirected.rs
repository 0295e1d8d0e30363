use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown,
    Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::balancer::{modify_listener, to_https};
use crate::remediations::cli::aws;
use crate::resources::ListenerAction;
use crate::views::{BalancerWithListeners, ListenerWithRules};

pub(crate) static CHECK: Rule<BalancerWithListeners, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-http-not-redirected",
        "Load balancers redirect HTTP to HTTPS",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Redirect to HTTPS in the default action and in every rule of the HTTP listeners.")
    .page(include_str!("alb_http_not_redirected.md"))
    .since("0.1.0"),
    judge,
);

const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const RULES: &str = "elasticloadbalancing:DescribeRules";
const EXPECTED: &str = "a redirect to HTTPS";

/// An action that serves plain HTTP, with what it does.
enum Fault<'a> {
    Default(&'a ListenerWithRules, &'static str),
    Rule(&'a ListenerWithRules, &'a str, &'a str, &'static str),
}

fn judge(subject: &BalancerWithListeners, _: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_internet_facing()? {
        return Ok(verdict);
    }
    let listeners = subject.listeners.get()?;
    let mut faults = Vec::new();
    // A certain failure is reported first; what could not be read counts only without one.
    let mut unknown = None;
    let mut ports = Vec::new();
    for ruled in listeners {
        match &ruled.listener.protocol {
            Known::Yes(protocol) if protocol != "HTTP" => continue,
            Known::Yes(_) => {}
            Known::No(reason) => {
                unknown.get_or_insert_with(|| (**reason).clone());
                continue;
            }
        }
        ports.push(port(ruled));
        if let Err(reason) = faults_of(ruled, &mut faults) {
            unknown.get_or_insert(reason);
        }
    }
    if !faults.is_empty() {
        let evidence = faults.iter().fold(Evidence::default(), evidence);
        return Ok(Verdict::Fail(evidence, remediation(subject, &faults)));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    let evidence = if ports.is_empty() {
        Evidence::of("HTTP listeners", "none", LISTENERS)
    } else {
        let found = format!("port {}: redirected", ports.join(", "));
        Evidence::of("HTTP listeners", found, RULES)
    };
    Ok(Verdict::Pass(evidence.expected(EXPECTED)))
}

fn port(ruled: &ListenerWithRules) -> String {
    let port = ruled.listener.port.ok();
    port.map_or_else(|| "?".to_owned(), i32::to_string)
}

fn faults_of<'a>(ruled: &'a ListenerWithRules, faults: &mut Vec<Fault<'a>>) -> Result<(), Unknown> {
    let default = ruled.listener.default_actions.get().map_err(Unknown::from);
    // The faults of the default action are recorded before the rules are read with `?`: a certain
    // failure must not be lost where the rules could not be read.
    let default = default.and_then(|actions| fault(actions, LISTENERS));
    if let Ok(Some(found)) = default {
        faults.push(Fault::Default(ruled, found));
    }
    for rule in ruled.rules.get()? {
        if let Some(found) = fault(&rule.actions, RULES)? {
            faults.push(Fault::Rule(ruled, &rule.arn, &rule.priority, found));
        }
    }
    default.map(|_| ())
}

/// What is wrong with a list of actions. Only the last action responds or forwards; the actions
/// before it authenticate the request:
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html>.
fn fault(
    actions: &[ListenerAction],
    source: &'static str,
) -> Result<Option<&'static str>, Unknown> {
    let Some(last) = actions.last() else {
        return Err(Unknown::missing(source, "Actions"));
    };
    match &*last.kind {
        "forward" => Ok(Some("forwards")),
        "fixed-response" => Ok(None),
        "redirect" => match last.redirect_protocol.as_deref() {
            Some("HTTPS") => Ok(None),
            _ => Ok(Some("redirects to HTTP")),
        },
        _ => Err(Unknown::undetermined("the last action is of an unknown type").during(source)),
    }
}

fn evidence(evidence: Evidence, fault: &Fault<'_>) -> Evidence {
    let (setting, found, source) = match fault {
        Fault::Default(ruled, found) => (
            format!(
                "DefaultActions of the HTTP listener on port {}",
                port(ruled)
            ),
            found,
            LISTENERS,
        ),
        Fault::Rule(ruled, _, priority, found) => (
            format!(
                "rule {priority} of the HTTP listener on port {}",
                port(ruled)
            ),
            found,
            RULES,
        ),
    };
    evidence.and(setting, *found, source).expected(EXPECTED)
}

fn remediation(subject: &BalancerWithListeners, faults: &[Fault<'_>]) -> Remediation {
    let region = &*subject.balancer.place.region;
    let mut to = Remediation::new(
        "redirect all plain HTTP requests to HTTPS; first give clients that do not follow \
         redirects the https address",
    )
    .terraform(
        "resource \"aws_lb_listener\" \"http\" {\n  load_balancer_arn = aws_lb.this.arn\n  port              = 80\n  protocol          = \"HTTP\"\n\n  default_action {\n    type = \"redirect\"\n\n    redirect {\n      protocol    = \"HTTPS\"\n      port        = \"443\"\n      status_code = \"HTTP_301\"\n    }\n  }\n}\n",
    )
    .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#redirect-actions");
    if !has_https_listener(subject) {
        to = to.step(listen_on_443(subject, faults));
    }
    for fault in faults {
        to = to.step(match fault {
            Fault::Default(ruled, _) => {
                let input = json!({
                    "ListenerArn": ruled.listener.arn, "DefaultActions": to_https(),
                });
                modify_listener(&input, region, "Redirect in the default action")
            }
            Fault::Rule(_, arn, priority, _) => aws("elbv2", "modify-rule")
                .json(&json!({"RuleArn": arn, "Actions": to_https()}))
                .region(region)
                .step(
                    format!("Redirect in the rule {priority}; its conditions do not change"),
                    &["elasticloadbalancing:ModifyRule"],
                ),
        });
    }
    to
}

/// Whether an HTTPS listener on port 443 receives the redirected requests.
fn has_https_listener(subject: &BalancerWithListeners) -> bool {
    let all = subject.listeners.ok().into_iter().flatten();
    all.map(|ruled| &ruled.listener).any(|listener| {
        listener.protocol.ok().is_some_and(|p| p == "HTTPS") && listener.port.ok() == Some(&443)
    })
}

fn listen_on_443(subject: &BalancerWithListeners, faults: &[Fault<'_>]) -> Step {
    let group = faults.iter().find_map(|fault| {
        let (Fault::Default(ruled, _) | Fault::Rule(ruled, ..)) = fault;
        let actions = ruled.listener.default_actions.ok()?;
        actions
            .iter()
            .find_map(|action| action.target_groups.first())
    });
    let group = match group {
        Some(group) => Arg::from(format!("Type=forward,TargetGroupArn={group}")),
        None => Arg::from("Type=forward,TargetGroupArn=\u{e001}").with_input(
            "\u{e001}",
            "TARGET_GROUP_ARN",
            "the ARN of the application's target group",
        ),
    };
    let certificate = Arg::from("CertificateArn=\u{e001}").with_input(
        "\u{e001}",
        "CERTIFICATE_ARN",
        "the ARN of a certificate in AWS Certificate Manager in this region",
    );
    aws("elbv2", "create-listener")
        .opt("--load-balancer-arn", &*subject.balancer.arn)
        .opt("--protocol", "HTTPS")
        .opt("--port", "443")
        .opt("--certificates", certificate)
        .opt("--ssl-policy", super::alb_tls_policy_outdated::POLICY)
        .opt("--default-actions", group)
        .region(&subject.balancer.place.region)
        .step(
            "Create an HTTPS listener on port 443, and add the rules of the HTTP listener to it",
            &["elasticloadbalancing:CreateListener"],
        )
}
