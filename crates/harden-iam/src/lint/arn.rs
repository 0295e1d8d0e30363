//! Checks the parts of ARNs: partition, service, region and account.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::{DocumentLinter, Finding, Rule};
use crate::arn::ArnParts;
use crate::condition::{Comparison, Operator};
use crate::document::{Part, Selector, Statement};
use crate::table;

/// AWS General Reference, "AWS service endpoints", and the partitions of the AWS SDKs.
const PARTITIONS: [&str; 8] = [
    "aws",
    "aws-cn",
    "aws-eusc",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-us-gov",
];

const REGIONS: [&str; 49] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-central-2",
    "me-south-1",
    "me-west-1",
    "mx-central-1",
    "sa-east-1",
    "sa-west-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// The services in the ARNs of resource types, where they are not the prefix of a service's actions.
static SERVICES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let all = table::services().filter_map(table::service);
    let named = |service: table::Service| {
        let parts = service.arns().filter_map(|arn| {
            let service = arn.split(':').nth(2)?;
            (!service.contains('$')).then(|| service.to_owned())
        });
        parts.collect::<Vec<_>>()
    };
    all.flat_map(named).collect()
});

/// What is wrong with the ARN, as a sentence; `None` if nothing is. Parts with wildcards or variables are
/// not checked.
pub(super) fn fault(arn: &str) -> Option<String> {
    let parts = ArnParts::parse(arn)?;
    let wild = |part: &str| part.contains(['*', '?']);
    // A variable can contain colons, so the parts behind it are not known.
    let variable = |part: &str| part.contains('$');
    let fault = |part: &'static str, value: &str, what: &str| {
        Some(format!("`{arn}`: the {part} `{value}` {what}."))
    };
    if variable(parts.partition) {
        return None;
    }
    if !wild(parts.partition) && !PARTITIONS.contains(&parts.partition) {
        return fault("partition", parts.partition, "does not exist");
    }
    if variable(parts.service) {
        return None;
    }
    if !wild(parts.service) && !is_service(parts.service) {
        return fault("service", parts.service, "does not exist");
    }
    let region = parts.region;
    if variable(region) {
        return None;
    }
    let known = region.is_empty() || is_placeholder(region) || REGIONS.contains(&region);
    if !wild(region) && !known {
        return fault("region", region, "does not exist");
    }
    let account = parts.account;
    let digits = account.bytes().filter(u8::is_ascii_digit).count();
    let is_id = digits == 12 && account.len() == 12;
    if digits > 0 && !wild(account) && !variable(account) && !is_id {
        return fault(
            "account",
            account,
            "is not an account id, which has 12 digits",
        );
    }
    None
}

/// Whether a part is to be filled in by a person: it is written in capitals.
fn is_placeholder(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
}

fn is_service(name: &str) -> bool {
    is_placeholder(name)
        || table::services().any(|one| one == name)
        || table::known::is_retired(name)
        || SERVICES.contains(name)
}

impl DocumentLinter<'_> {
    pub(super) fn check_arns(&mut self, index: usize, statement: &Statement) {
        let mut faults = Vec::new();
        if let Some(Selector::Only(list) | Selector::Except(list)) = statement.resources() {
            let all = list.iter().enumerate();
            faults.extend(all.filter_map(|(at, text)| Some((Part::Resource(at), fault(text)?))));
        }
        for (at, condition) in statement.conditions().iter().enumerate() {
            let arns = Operator::parse(condition.operator())
                .is_some_and(|one| one.comparison == Comparison::Arn);
            if arns {
                let all = condition.values().iter().enumerate();
                faults.extend(
                    all.filter_map(|(value, text)| Some((Part::Value(at, value), fault(text)?))),
                );
            }
        }
        for (part, message) in faults {
            let finding = Finding::new(Rule::ArnInvalid, message)
                .instead("Write the ARN as the service's page of the reference has it.");
            self.report(finding, index, part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_arns_are_checked() {
        for fine in [
            "arn:aws:s3:::b/*",
            "arn:aws-cn:sqs:cn-north-1:123456789012:q",
            "arn:*:sqs:*:*:q",
            "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
            "arn:aws:iam::aws:policy/x",
            "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
            "arn:aws:sqs:REGION:ACCOUNT:q",
            "arn:aws:execute-api:us-east-1:123456789012:abc/*",
            "arn:aws:elasticloadbalancing:eusc-de-east-1:123456789012:loadbalancer/app/a/1",
            "arn:aws:sqs:us-${x}-1:1:q",
            "*",
        ] {
            assert_eq!(fault(fine), None, "{fine}");
        }
        for (wrong, part) in [
            ("arn:aws:sqs:us-eats-1:123456789012:q", "region `us-eats-1`"),
            ("arn:aws:s4:::b/*", "service `s4`"),
            ("arn:awss:s3:::b", "partition `awss`"),
            (
                "arn:aws:sqs:us-east-1:12345678901:q",
                "account `12345678901`",
            ),
        ] {
            assert!(
                fault(wrong).is_some_and(|one| one.contains(part)),
                "{wrong}"
            );
        }
    }
}
