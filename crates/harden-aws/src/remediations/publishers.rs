//! What the statements for publishers share in the policy of a topic and in the policy of its key.

use harden_iam::Policy;

use crate::views::{Publisher, PublishingService};

/// The services and accounts of the publishers, without duplicates.
pub(super) fn services(publishers: &[&Publisher]) -> Vec<(PublishingService, String)> {
    let mut all: Vec<_> = publishers
        .iter()
        .map(|p| (p.service, p.account.to_string()))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A `Sid` that no statement of a policy has, since a statement with the same `Sid` would be replaced.
pub(super) fn free_sid(policy: &Policy, service: PublishingService, account: &str) -> String {
    let taken = |sid: &str| policy.statements().iter().any(|s| s.sid() == Some(sid));
    let preferred = format!("{}{account}", service.sid());
    (1..)
        .map(|n| match n {
            1 => preferred.clone(),
            n => format!("{preferred}x{n}"),
        })
        .find(|sid| !taken(sid))
        .unwrap_or(preferred)
}

#[cfg(test)]
mod tests {
    use super::*;
    use harden_iam::Statement;

    #[test]
    fn a_statement_of_the_same_sid_is_not_replaced() {
        let taken = "AllowBudgets392853978631";
        let own = Statement::allow_service(taken, "s3.amazonaws.com", ["sns:Publish"], "*");
        let policy = Policy::new().with_statement(own);
        let sid = free_sid(&policy, PublishingService::Budgets, "392853978631");
        assert_eq!(sid, format!("{taken}x2"));
        let other = free_sid(&policy, PublishingService::Alarms, "392853978631");
        assert_eq!(other, "AllowCloudWatchAlarms392853978631");
    }
}
