//! What fixes a failure is fit to be pasted.

use harden_core::Remediation;

/// What destroys something is marked so. Vercel has no permissions to name.
pub(crate) fn hold(id: &str, remediation: &Remediation) {
    for step in &remediation.steps {
        assert!(step.permissions.is_empty(), "{id}: {step:?}");
        let words: Vec<_> = step.argv.iter().map(harden_core::Arg::to_shell).collect();
        let deletes = words.iter().any(|word| word == "rm");
        assert!(!deletes || step.destructive, "{id}: {step:?} destroys");
    }
}
