use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::resources::Statement;
use crate::views::{GuardingAcl, Holds, SQLI, Stages, blocks_attack, managed};
use crate::web_acl::{SOURCE, add_group};

pub(crate) static CHECK: Rule<GuardingAcl, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-sqli-missing",
        "Web ACLs on load balancers block SQL injection",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation(
        "Add AWSManagedRulesSQLiRuleSet to the web ACL, or a rule that blocks SQL injection.",
    )
    .page(include_str!("waf_sqli_missing.md"))
    .since("0.1.0"),
    judge,
);

/// Whether a statement looks for SQL injection.
pub(super) fn looks_for_it(statement: &Statement) -> bool {
    statement.sqli_match_statement.is_some()
}

fn judge(guarding: &GuardingAcl, _: &Judging<AwsPolicy>) -> Judgement {
    let stages = Stages::of(guarding)?;
    let evidence = |found: String| {
        let wanted = format!(
            "a rule with {}, or one that blocks SQL injection",
            SQLI.name
        );
        Evidence::of("Rules", found, SOURCE).expected(wanted)
    };
    let group = managed(&stages, &SQLI).into_iter().next();
    if let Some(stage) = group.and_then(|(at, _)| stages.all.get(at)) {
        let found = format!("{} in the rule {}", SQLI.shown, stage.shown);
        return Ok(Verdict::Pass(evidence(found)));
    }
    let (blocks, rule) = blocks_attack(&stages, &looks_for_it);
    match (blocks, rule) {
        (Holds::Yes, rule) => {
            let found = format!("the rule {} blocks it", rule.unwrap_or_default());
            Ok(Verdict::Pass(evidence(found)))
        }
        (Holds::Unclear(unknown), _) => Err(unknown),
        (Holds::No(reason), _) => match stages.unclear() {
            Some(unknown) => Err(unknown.clone()),
            None => Ok(Verdict::Fail(evidence(reason), add_group(guarding, &SQLI))),
        },
    }
}
