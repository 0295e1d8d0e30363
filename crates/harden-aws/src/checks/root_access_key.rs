use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Verdict};

use crate::AwsPolicy;
use crate::resources::AccountSummary;

pub(crate) static CHECK: Rule<AccountSummary, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/root-access-key",
        "The root user has no access key",
        Severity::Critical,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation("Delete the access keys of the root user.")
    .page(include_str!("root_access_key.md"))
    .since("0.1.0"),
    judge,
);

fn judge(account: &AccountSummary, _: &Judging<AwsPolicy>) -> Judgement {
    let has_key = *account.root_access_key.get()?;
    let found = if has_key { "1" } else { "0" };
    let evidence =
        Evidence::of("AccountAccessKeysPresent", found, "iam:GetAccountSummary").expected("0");
    if !has_key {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(
        evidence,
        Remediation::new(
            "let the workload use a role instead, and delete the key, because nothing limits its \
             permissions",
        )
        .step(Step::by_hand(format!(
            "Sign in as the root user of {}, open Security credentials, and deactivate its \
             access keys. Delete them when nothing fails",
            account.account
        )))
        .step(Step::by_hand(
            "If the organization manages root access centrally, delete the keys from its \
             management account in the IAM console under Root access management instead",
        ))
        .link(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user_manage_delete-key.html",
        ),
    ))
}
