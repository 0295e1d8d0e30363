//! What fixes a failure is fit to be pasted.

use harden_core::Remediation;

/// Each command is one of sentry-cli, states what it needs, and has the SHA where that is known.
pub(crate) fn hold(id: &str, remediation: &Remediation) {
    assert_eq!(remediation.steps.len(), 5, "{id}: {remediation:?}");
    let mut commands = 0;
    for step in &remediation.steps {
        assert_eq!(
            step.argv.is_empty(),
            step.permissions.is_empty(),
            "{id}: {step:?}"
        );
        let Some(command) = step.to_shell() else {
            continue;
        };
        commands += 1;
        assert!(command.starts_with("sentry-cli "), "{id}: {command}");
        assert!(
            command.contains(" --org=acme --project="),
            "{id}: {command}"
        );
        let sha = ["3e90a5d9e767ebcfa70e921d7a7ff6c037461168", "${SHA:?"];
        assert!(
            sha.iter().any(|sha| command.contains(sha)),
            "{id}: {command}"
        );
    }
    assert!(commands > 0, "{id}: {remediation:?}");
}
