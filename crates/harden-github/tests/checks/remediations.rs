//! What fixes a failure is fit to be pasted.

use harden_core::Remediation;

/// A command states which permissions it needs, and what deletes something is marked so.
pub(crate) fn hold(id: &str, remediation: &Remediation) {
    for step in &remediation.steps {
        assert_eq!(
            step.argv.is_empty(),
            step.permissions.is_empty(),
            "{id}: {step:?}"
        );
        let words: Vec<_> = step.argv.iter().map(harden_core::Arg::to_shell).collect();
        let deletes = words.iter().any(|w| w.contains("DELETE") || w == "delete");
        assert!(!deletes || step.destructive, "{id}: {step:?} destroys");
    }
}
