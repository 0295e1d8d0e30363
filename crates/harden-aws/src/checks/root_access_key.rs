use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Section, Severity, Step, Verdict,
};

use crate::AwsPolicy;
use crate::resources::AccountSummary;

pub(crate) static CHECK: Rule<AccountSummary, AwsPolicy> = Rule {
    meta: Meta {
        id: "aws/root-access-key",
        title: "The root user has no access key",
        severity: Severity::Critical,
        section: Section::Security,
        beyond_guide: true,
        security: true,
        remediation: "Delete the access keys of the root user.",
        page: include_str!("root_access_key.md"),
    },
    judge,
    off: None,
};

fn judge(account: &AccountSummary, _: &Judging<AwsPolicy>) -> Judgement {
    let has_key = *account.root_access_key.get()?;
    let found = if has_key { "1" } else { "0" };
    let evidence =
        Evidence::of("AccountAccessKeysPresent", found, "iam:GetAccountSummary").wanted("0");
    if !has_key {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(
        evidence,
        Remediation::new(
            "have what uses the key take a role instead, and delete the key: nothing limits what it \
             may do",
        )
        .step(Step::by_hand(format!(
            "Sign in as the root user of {}, open Security credentials, and deactivate its access \
             keys; delete them once nothing complained",
            account.account
        )))
        .step(Step::by_hand(
            "Or, where the organization keeps root access centrally, delete them from its management \
             account in the IAM console under Root access management",
        ))
        .link("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user_manage_delete-key.html"),
    ))
}
