//! What fixes a failure is fit to be pasted.

use harden_core::Remediation;

/// A command states which permissions it needs, and what destroys something is marked so.
pub(crate) fn hold(id: &str, remediation: &Remediation) {
    for step in &remediation.steps {
        assert_eq!(
            step.argv.is_empty(),
            step.permissions.is_empty(),
            "{id}: {step:?}"
        );
        let destroys = ["delete-", "terminate-", "remove-"];
        let operation = step.argv.get(2).map(harden_core::Arg::to_shell);
        let deletes = operation.is_some_and(|o| destroys.iter().any(|d| o.starts_with(d)));
        assert!(!deletes || step.destructive, "{id}: {step:?} destroys");
    }
}
