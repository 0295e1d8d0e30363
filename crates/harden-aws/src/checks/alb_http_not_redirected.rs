use harden_core::{
    Arg, Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Unknown,
    Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::balancer::{modify_listener, to_https};
use crate::remediations::cli::aws;
use crate::resources::ListenerAction;
use crate::views::{ListeningBalancer, RuledListener};

pub(crate) static CHECK: Rule<ListeningBalancer, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-http-not-redirected",
        "Load balancers lead plain HTTP to HTTPS",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Let HTTP listeners redirect to HTTPS, in their default action and in every rule.")
    .page(include_str!("alb_http_not_redirected.md"))
    .since("0.1.0"),
    judge,
);

const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const RULES: &str = "elasticloadbalancing:DescribeRules";
const WANTED: &str = "a redirect to HTTPS";

/// What answers a request over plain HTTP with more than the way to HTTPS.
enum Fault<'a> {
    Default(&'a RuledListener, &'static str),
    Rule(&'a RuledListener, &'a str, &'a str, &'static str),
}

fn judge(subject: &ListeningBalancer, _: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_facing()? {
        return Ok(verdict);
    }
    let listeners = subject.listeners.get()?;
    let mut faults = Vec::new();
    // what is not known counts once nothing is certain
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
        Evidence::of("Listeners", "none that speaks HTTP", LISTENERS)
    } else {
        let found = format!("HTTP on port {} leads to HTTPS only", ports.join(", "));
        Evidence::of("Listeners", found, RULES)
    };
    Ok(Verdict::Pass(evidence.expected(WANTED)))
}

fn port(ruled: &RuledListener) -> String {
    let port = ruled.listener.port.ok();
    port.map_or_else(|| "?".to_owned(), i32::to_string)
}

fn faults_of<'a>(ruled: &'a RuledListener, faults: &mut Vec<Fault<'a>>) -> Result<(), Unknown> {
    let default = ruled.listener.default_actions.get().map_err(Unknown::from);
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

/// What is wrong with some actions. Whatever stands before the last only looks at the request.
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
        _ => Err(
            Unknown::undetermined("its last action is of a kind that is not known here")
                .during(source),
        ),
    }
}

fn evidence(evidence: Evidence, fault: &Fault<'_>) -> Evidence {
    let (setting, found, source) = match fault {
        Fault::Default(ruled, found) => (
            format!("DefaultActions of HTTP on port {}", port(ruled)),
            found,
            LISTENERS,
        ),
        Fault::Rule(ruled, _, priority, found) => (
            format!("rule {priority} of HTTP on port {}", port(ruled)),
            found,
            RULES,
        ),
    };
    evidence.and(setting, *found, source).expected(WANTED)
}

fn remediation(subject: &ListeningBalancer, faults: &[Fault<'_>]) -> Remediation {
    let region = &*subject.balancer.place.region;
    let mut to = Remediation::new(
        "let plain HTTP answer with a redirect to HTTPS and nothing else; clients that do not follow redirects must be given the https address first",
    )
    .terraform(
        "resource \"aws_lb_listener\" \"http\" {\n  load_balancer_arn = aws_lb.this.arn\n  port              = 80\n  protocol          = \"HTTP\"\n\n  default_action {\n    type = \"redirect\"\n\n    redirect {\n      protocol    = \"HTTPS\"\n      port        = \"443\"\n      status_code = \"HTTP_301\"\n    }\n  }\n}\n",
    )
    .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#redirect-actions");
    if !speaks_https(subject) {
        to = to.step(listen_on_443(subject, faults));
    }
    for fault in faults {
        to = to.step(match fault {
            Fault::Default(ruled, _) => {
                let input = json!({
                    "ListenerArn": ruled.listener.arn, "DefaultActions": to_https(),
                });
                modify_listener(&input, region, "Redirect what no rule takes")
            }
            Fault::Rule(_, arn, priority, _) => aws("elbv2", "modify-rule")
                .json(&json!({"RuleArn": arn, "Actions": to_https()}))
                .region(region)
                .step(
                    format!("Redirect what the rule {priority} takes; its conditions stay"),
                    &["elasticloadbalancing:ModifyRule"],
                ),
        });
    }
    to
}

/// Whether a listener takes what is redirected.
fn speaks_https(subject: &ListeningBalancer) -> bool {
    let all = subject.listeners.ok().into_iter().flatten();
    all.map(|ruled| &ruled.listener).any(|listener| {
        listener.protocol.ok().is_some_and(|p| p == "HTTPS") && listener.port.ok() == Some(&443)
    })
}

fn listen_on_443(subject: &ListeningBalancer, faults: &[Fault<'_>]) -> Step {
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
            "the ARN of the target group of the application",
        ),
    };
    let certificate = Arg::from("CertificateArn=\u{e001}").with_input(
        "\u{e001}",
        "CERTIFICATE_ARN",
        "the ARN of a certificate of AWS Certificate Manager in this region",
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
            "Listen on 443, where nothing does yet; rules of the HTTP listener are to be made there too",
            &["elasticloadbalancing:CreateListener"],
        )
}
