use std::collections::BTreeSet;

use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use serde_json::json;

use crate::remediations::waf::{blocking, fix, last, terraform};
use crate::resources::{Statement, WafRule, WebAclRules};
use crate::views::{AclWithGroups, Outcome, RuleOrder, outcome_for_country};
use crate::web_acl::SOURCE;
use crate::{AwsPolicy, EdgePolicy};

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-geo-mismatch",
        "Web ACLs of load balancers allow only the countries of the policy",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Block requests by country according to the policy.")
    .page(include_str!("waf_geo_mismatch.md"))
    .since("0.1.0"),
    judge,
)
.off(|policy| {
    let edge = &policy.edge;
    let is_unset = edge.countries.is_empty() && edge.blocked_countries.is_empty();
    is_unset.then_some(
        "neither `countries` nor `blocked_countries` is set in `[aws.edge]` of the policy",
    )
});

/// Represents every country that neither a rule nor the policy names. It is not a country code.
const ANY_OTHER: &str = "any other country";

fn judge(guarding: &AclWithGroups, j: &Judging<AwsPolicy>) -> Judgement {
    let edge = &j.policy.edge;
    let order = RuleOrder::of(guarding)?;
    let found = compare(guarding, &order, edge)?;
    let words = |codes: &[String]| codes.join(", ");
    let expected = match (edge.countries.is_empty(), edge.blocked_countries.is_empty()) {
        (false, true) => format!("only {} allowed", words(&edge.countries)),
        (true, _) => format!("{} blocked", words(&edge.blocked_countries)),
        (false, false) => format!(
            "only {} allowed, {} blocked",
            words(&edge.countries),
            words(&edge.blocked_countries)
        ),
    };
    let mut evidence = Evidence::default();
    for (what, countries) in [("allowed", &found.allowed), ("blocked", &found.blocked)] {
        if !countries.is_empty() {
            let found = format!("{} {what}", countries.join(", "));
            evidence = evidence
                .and("Rules", found, SOURCE)
                .expected(expected.clone());
        }
    }
    if !evidence.items.is_empty() {
        return Ok(Verdict::Fail(evidence, remediation(guarding, edge)));
    }
    match found.unknown {
        Some(unknown) => Err(unknown),
        None => Ok(Verdict::Pass(
            Evidence::of("Rules", "the countries of the policy", SOURCE).expected(expected),
        )),
    }
}

/// The differences between the rules and the policy.
#[derive(Default)]
struct Difference {
    /// Countries that are allowed but must be blocked.
    allowed: Vec<String>,
    /// Countries that are blocked but must be allowed.
    blocked: Vec<String>,
    unknown: Option<Unknown>,
}

fn compare(
    guarding: &AclWithGroups,
    order: &RuleOrder<'_>,
    edge: &EdgePolicy,
) -> Result<Difference, Unknown> {
    let action = guarding.acl.rules.get()?.default_action.get()?.name();
    let default = match action {
        "Allow" => Outcome::Allowed,
        "Block" => Outcome::Blocked,
        other => {
            let message = format!("unknown default action: {other}");
            return Err(Unknown::undetermined(message).during(SOURCE));
        }
    };
    let mut difference = Difference::default();
    for country in countries(order, edge) {
        let listed = |list: &[String]| list.contains(&country);
        // A country on both lists is blocked.
        let expected = if listed(&edge.blocked_countries) {
            Outcome::Blocked
        } else if edge.countries.is_empty() {
            // The policy requires nothing for this country.
            continue;
        } else if listed(&edge.countries) {
            Outcome::Allowed
        } else {
            Outcome::Blocked
        };
        match outcome_for_country(order, default, &country) {
            Ok(found) if found == expected => {}
            Ok(Outcome::Allowed) => difference.allowed.push(country),
            Ok(Outcome::Blocked) => difference.blocked.push(country),
            Err(unknown) => {
                difference.unknown.get_or_insert(unknown);
            }
        }
    }
    Ok(difference)
}

/// The countries that the rules and the policy name, and one that represents all others.
fn countries(order: &RuleOrder<'_>, edge: &EdgePolicy) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = std::iter::once(ANY_OTHER.to_owned()).collect();
    all.extend(
        edge.countries
            .iter()
            .chain(&edge.blocked_countries)
            .cloned(),
    );
    for stage in &order.all {
        collect_countries(&stage.rule.statement, &mut all);
    }
    all
}

fn collect_countries(statement: &Statement, all: &mut BTreeSet<String>) {
    if let Some(geo) = &statement.geo_match_statement {
        all.extend(geo.country_codes.iter().cloned());
    }
    let several = [&statement.and_statement, &statement.or_statement];
    for part in several.into_iter().flatten().flat_map(|s| &s.statements) {
        collect_countries(part, all);
    }
    if let Some(not) = &statement.not_statement {
        collect_countries(&not.statement, all);
    }
    if let Some(label) = &statement.label_match_statement
        && let Some(code) = label.key.strip_prefix("awswaf:clientip:geo:country:")
    {
        all.insert(code.to_owned());
    }
}

fn remediation(guarding: &AclWithGroups, edge: &EdgePolicy) -> Remediation {
    let rules = geo_rules(edge);
    let block = if edge.countries.is_empty() {
        let codes = json!(edge.blocked_countries);
        format!("      geo_match_statement {{\n        country_codes = {codes}\n      }}\n")
    } else {
        let codes = json!(edge.countries);
        format!(
            "      not_statement {{\n        statement {{\n          geo_match_statement {{\n            \
             country_codes = {codes}\n          }}\n        }}\n      }}\n"
        )
    };
    let to = Remediation::new(
        "block requests by country according to the policy; an IP address shows the country of a \
         network and not of a person, and a VPN bypasses the rule",
    )
    .terraform(terraform("countries", "action", "block", &block))
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-geo-match.html");
    let change = |acl: &mut WebAclRules| {
        if let harden_core::Known::Yes(own) = &mut acl.rules {
            own.retain(|rule| !is_geo_block(rule));
        }
        for rule in rules {
            last(acl, rule);
        }
    };
    fix(to, guarding, change, |order| {
        compare(guarding, order, edge)
            .is_ok_and(|d| d.allowed.is_empty() && d.blocked.is_empty() && d.unknown.is_none())
    })
}

/// Whether a rule blocks only by country. The new rules replace such a rule.
fn is_geo_block(rule: &WafRule) -> bool {
    let statement = &rule.statement;
    let negated = statement.not_statement.as_ref().map(|not| &not.statement);
    let is_geo = |s: &Statement| s.geo_match_statement.is_some();
    let blocks = rule
        .action
        .as_ref()
        .is_some_and(|action| action.name() == "Block");
    blocks && (is_geo(statement) || negated.is_some_and(is_geo))
}

fn geo_rules(edge: &EdgePolicy) -> Vec<WafRule> {
    let geo = |codes: &[String]| json!({"GeoMatchStatement": {"CountryCodes": codes}});
    let only = (!edge.countries.is_empty()).then(|| {
        let statement = json!({"NotStatement": {"Statement": geo(&edge.countries)}});
        blocking("only-listed-countries", statement)
    });
    let none = (!edge.blocked_countries.is_empty())
        .then(|| blocking("blocked-countries", geo(&edge.blocked_countries)));
    only.into_iter().chain(none).flatten().collect()
}
