//! What fixes a failure is fit to be pasted.

use harden_core::Remediation;

/// Each command is one of this program, which needs no permission and destroys nothing.
pub(crate) fn hold(id: &str, remediation: &Remediation) {
    assert!(!remediation.steps.is_empty(), "{id}");
    for step in &remediation.steps {
        assert!(
            step.permissions.is_empty() && !step.destructive,
            "{id}: {step:?}"
        );
        if let Some(command) = step.to_shell() {
            assert!(command.starts_with("harden-cli attest "), "{id}: {command}");
        }
    }
}
