use std::collections::BTreeSet;

use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use serde_json::json;

use crate::remediations::waf::{blocking, last, mend, terraform};
use crate::resources::{Statement, WafRule, WebAclRules};
use crate::views::{GuardingAcl, Landing, Stages, landing};
use crate::web_acl::SOURCE;
use crate::{AwsPolicy, EdgePolicy};

pub(crate) static CHECK: Rule<GuardingAcl, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-geo-mismatch",
        "Web ACLs let in the countries that the policy lists",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Block requests by country as the policy lists them.")
    .page(include_str!("waf_geo_mismatch.md"))
    .since("0.1.0"),
    judge,
)
.off(|policy| {
    let edge = &policy.edge;
    let none = edge.countries.is_empty() && edge.blocked_countries.is_empty();
    none.then_some(
        "the policy lists no countries (`countries`, `blocked_countries` in `[aws.edge]`)",
    )
});

/// No country's code: what becomes of a country that no rule and no policy names.
const ANY_OTHER: &str = "any other country";

fn judge(guarding: &GuardingAcl, j: &Judging<AwsPolicy>) -> Judgement {
    let edge = &j.policy.edge;
    let stages = Stages::of(guarding)?;
    let found = compare(guarding, &stages, edge)?;
    let words = |codes: &[String]| codes.join(", ");
    let wanted = match (edge.countries.is_empty(), edge.blocked_countries.is_empty()) {
        (false, true) => format!("only {} let in", words(&edge.countries)),
        (true, _) => format!("{} blocked", words(&edge.blocked_countries)),
        (false, false) => format!(
            "only {} let in, {} blocked",
            words(&edge.countries),
            words(&edge.blocked_countries)
        ),
    };
    let mut evidence = Evidence::default();
    for (what, countries) in [("let in", &found.open), ("blocked", &found.shut)] {
        if !countries.is_empty() {
            let found = format!("{} {what}", countries.join(", "));
            evidence = evidence
                .and("Rules", found, SOURCE)
                .expected(wanted.clone());
        }
    }
    if !evidence.items.is_empty() {
        return Ok(Verdict::Fail(evidence, remediation(guarding, edge)));
    }
    match found.unknown {
        Some(unknown) => Err(unknown),
        None => Ok(Verdict::Pass(
            Evidence::of("Rules", "countries as the policy lists them", SOURCE).expected(wanted),
        )),
    }
}

/// Where rules and policy differ.
#[derive(Default)]
struct Difference {
    /// Let in, and not to be.
    open: Vec<String>,
    /// Blocked, and not to be.
    shut: Vec<String>,
    unknown: Option<Unknown>,
}

fn compare(
    guarding: &GuardingAcl,
    stages: &Stages<'_>,
    edge: &EdgePolicy,
) -> Result<Difference, Unknown> {
    let action = guarding.acl.rules.get()?.default_action.get()?.name();
    let default = match action {
        "Allow" => Landing::In,
        "Block" => Landing::Blocked,
        other => {
            let message = format!("the default action is {other}, which is not known here");
            return Err(Unknown::undetermined(message).during(SOURCE));
        }
    };
    let mut difference = Difference::default();
    for country in countries(stages, edge) {
        let listed = |list: &[String]| list.contains(&country);
        let wanted = if listed(&edge.blocked_countries) {
            Landing::Blocked
        } else if edge.countries.is_empty() {
            // nothing is asked of it
            continue;
        } else if listed(&edge.countries) {
            Landing::In
        } else {
            Landing::Blocked
        };
        match landing(stages, default, &country) {
            Ok(found) if found == wanted => {}
            Ok(Landing::In) => difference.open.push(country),
            Ok(Landing::Blocked) => difference.shut.push(country),
            Err(unknown) => {
                difference.unknown.get_or_insert(unknown);
            }
        }
    }
    Ok(difference)
}

/// The countries that rules and policy name, and one that stands for all others.
fn countries(stages: &Stages<'_>, edge: &EdgePolicy) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = std::iter::once(ANY_OTHER.to_owned()).collect();
    all.extend(
        edge.countries
            .iter()
            .chain(&edge.blocked_countries)
            .cloned(),
    );
    for stage in &stages.all {
        named(&stage.rule.statement, &mut all);
    }
    all
}

fn named(statement: &Statement, all: &mut BTreeSet<String>) {
    if let Some(geo) = &statement.geo_match_statement {
        all.extend(geo.country_codes.iter().cloned());
    }
    let several = [&statement.and_statement, &statement.or_statement];
    for part in several.into_iter().flatten().flat_map(|s| &s.statements) {
        named(part, all);
    }
    if let Some(not) = &statement.not_statement {
        named(&not.statement, all);
    }
    if let Some(label) = &statement.label_match_statement
        && let Some(code) = label.key.strip_prefix("awswaf:clientip:geo:country:")
    {
        all.insert(code.to_owned());
    }
}

fn remediation(guarding: &GuardingAcl, edge: &EdgePolicy) -> Remediation {
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
        "block requests by country as the policy lists them; addresses tell the country of a \
         network and not of a person, and a VPN passes",
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
    mend(to, guarding, change, |stages| {
        compare(guarding, stages, edge)
            .is_ok_and(|d| d.open.is_empty() && d.shut.is_empty() && d.unknown.is_none())
    })
}

/// Whether a rule blocks by country alone: the new rules take its place.
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
