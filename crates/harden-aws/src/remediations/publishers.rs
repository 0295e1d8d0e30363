//! What the statements that admit publishers have in common, in the policy of a topic and of its key.

use harden_iam::Policy;

use crate::views::{Publisher, Service};

/// The accounts and services among publishers, each once.
pub(super) fn services(publishers: &[&Publisher]) -> Vec<(Service, String)> {
    let mut all: Vec<_> = publishers
        .iter()
        .map(|p| (p.service, p.account.to_string()))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A `Sid` that no statement of a policy has: one that has it would be replaced.
pub(super) fn free_sid(policy: &Policy, service: Service, account: &str) -> String {
    let taken = |sid: &str| policy.statements().iter().any(|s| s.sid() == Some(sid));
    let wanted = format!("{}{account}", service.sid());
    (1..)
        .map(|n| match n {
            1 => wanted.clone(),
            n => format!("{wanted}x{n}"),
        })
        .find(|sid| !taken(sid))
        .unwrap_or(wanted)
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
        let sid = free_sid(&policy, Service::Budgets, "392853978631");
        assert_eq!(sid, format!("{taken}x2"));
        let other = free_sid(&policy, Service::Alarms, "392853978631");
        assert_eq!(other, "AllowCloudWatchAlarms392853978631");
    }
}
