use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Step, Verdict,
};

use crate::AwsPolicy;
use crate::resources::AccountSummary;

pub(crate) static CHECK: Rule<AccountSummary, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/root-mfa-missing",
        "The root user has an MFA device",
        Severity::Critical,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation("Register an MFA device for the root user.")
    .page(include_str!("root_mfa_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(account: &AccountSummary, _: &Judging<AwsPolicy>) -> Judgement {
    if account.root_password == Known::Yes(false) {
        return Ok(Verdict::not_applicable("the root user has no password"));
    }
    let has_mfa = *account.root_mfa.get()?;
    let found = if has_mfa { "1" } else { "0" };
    let evidence = Evidence::of("AccountMFAEnabled", found, "iam:GetAccountSummary").expected("1");
    if has_mfa {
        return Ok(Verdict::Pass(evidence));
    }
    // A missing MFA device is a failure only if the root user is known to have a password.
    account.root_password.get()?;
    Ok(Verdict::Fail(
        evidence,
        Remediation::new("register an MFA device for the root user, and a second one as a backup")
            .step(Step::by_hand(format!(
                "Sign in as the root user of {}, open Security credentials, and assign an MFA \
                 device: a passkey or a security key",
                account.account
            )))
            .link("https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html"),
    ))
}
