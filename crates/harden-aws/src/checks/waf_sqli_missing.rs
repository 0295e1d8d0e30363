use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::resources::Statement;
use crate::views::{AclWithGroups, Claim, RuleOrder, SQLI, blocks_attack, find_managed};
use crate::web_acl::{SOURCE, add_group};

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-sqli-missing",
        "Web ACLs of load balancers block SQL injection",
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

/// Whether a statement matches SQL injection.
pub(super) fn matches_sql_injection(statement: &Statement) -> bool {
    statement.sqli_match_statement.is_some()
}

fn judge(guarding: &AclWithGroups, _: &Judging<AwsPolicy>) -> Judgement {
    let order = RuleOrder::of(guarding)?;
    let evidence = |found: String| {
        let expected = format!(
            "a rule with {}, or a custom rule that blocks SQL injection",
            SQLI.name
        );
        Evidence::of("Rules", found, SOURCE).expected(expected)
    };
    let group = find_managed(&order, &SQLI).into_iter().next();
    if let Some(stage) = group.and_then(|(at, _)| order.all.get(at)) {
        let found = format!("{} in the rule {}", SQLI.shown, stage.label);
        return Ok(Verdict::Pass(evidence(found)));
    }
    let (blocks, rule) = blocks_attack(&order, &matches_sql_injection);
    match (blocks, rule) {
        (Claim::Yes, rule) => {
            let found = format!("the rule {} blocks SQL injection", rule.unwrap_or_default());
            Ok(Verdict::Pass(evidence(found)))
        }
        (Claim::Unclear(unknown), _) => Err(unknown),
        (Claim::No(reason), _) => match order.unread_rule() {
            Some(unknown) => Err(unknown.clone()),
            None => Ok(Verdict::Fail(evidence(reason), add_group(guarding, &SQLI))),
        },
    }
}
