use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::OidcProvider;
use crate::text::join_first;
use crate::views::CiAccount;

pub(crate) static CHECK: Rule<CiAccount, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/oidc-provider-missing",
        "Accounts with CI roles have the GitHub Actions OIDC provider",
        Severity::High,
    )
    .tags(&["guide:5"])
    .remediation("Create the OIDC provider for GitHub Actions with the audience sts.amazonaws.com.")
    .page(include_str!("oidc_provider_missing.md"))
    .since("0.1.0"),
    judge,
);

const LIST: &str = "iam:ListOpenIDConnectProviders";
const GET: &str = "iam:GetOpenIDConnectProvider";
const AUDIENCE: &str = "sts.amazonaws.com";
const LINK: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html";

fn judge(account: &CiAccount, _: &Judging<AwsPolicy>) -> Judgement {
    let (mut absent, mut without_audience, mut unknown) = (Vec::new(), Vec::new(), None);
    for (arn, found) in &account.providers {
        let audiences = match found {
            Known::Yes(None) => {
                absent.push(arn.clone());
                continue;
            }
            Known::Yes(Some(provider)) => provider.audiences.get(),
            Known::No(reason) => Err(reason.clone()),
        };
        match audiences {
            Ok(audiences) if audiences.iter().any(|one| one == AUDIENCE) => {}
            Ok(audiences) => without_audience.push((arn.clone(), audiences.join(", "))),
            Err(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    if !absent.is_empty() || !without_audience.is_empty() {
        return Ok(Verdict::Fail(
            evidence(&absent, &without_audience, account),
            remediation(&absent, &without_audience),
        ));
    }
    if let Some(unknown) = unknown {
        return Err(unknown.into());
    }
    // A missing provider fails above. "No CI role" and "all providers exist" need all roles.
    account.complete.get()?;
    if account.roles.is_empty() {
        return Ok(Verdict::not_applicable("the account has no CI role"));
    }
    let arns: Vec<String> = account
        .providers
        .iter()
        .map(|(arn, _)| arn.clone())
        .collect();
    Ok(Verdict::Pass(
        Evidence::of(
            "ClientIDList",
            format!("{AUDIENCE} in {}", join_first(&arns)),
            GET,
        )
        .expected(AUDIENCE),
    ))
}

fn evidence(
    absent: &[String],
    without_audience: &[(String, String)],
    account: &CiAccount,
) -> Evidence {
    let mut evidence = Evidence::default();
    if !absent.is_empty() {
        let found = format!("{} missing", join_first(absent));
        evidence = evidence
            .and("OpenIDConnectProviderList", found, LIST)
            .expected("the OIDC provider for GitHub Actions");
    }
    for (arn, audiences) in without_audience {
        let found = format!("{audiences} in {arn}");
        evidence = evidence.and("ClientIDList", found, GET).expected(AUDIENCE);
    }
    evidence.note(format!("CI roles: {}", join_first(&account.roles)))
}

fn remediation(absent: &[String], without_audience: &[(String, String)]) -> Remediation {
    let mut to =
        Remediation::new("let the account accept tokens of GitHub Actions for AWS").link(LINK);
    for arn in absent {
        let issuer = OidcProvider::issuer_of(arn).unwrap_or(arn);
        let url = format!("https://{issuer}");
        to = to
            .step(
                aws("iam", "create-open-id-connect-provider")
                    .opt("--url", &*url)
                    .opt("--client-id-list", AUDIENCE)
                    .step("Create the provider", &["iam:CreateOpenIDConnectProvider"]),
            )
            .terraform(format!(
                "resource \"aws_iam_openid_connect_provider\" \"github\" {{\n  url            = {}\n  \
                 client_id_list = [{}]\n}}\n",
                hcl_string(&url),
                hcl_string(AUDIENCE),
            ));
    }
    for (arn, _) in without_audience {
        to = to.step(
            aws("iam", "add-client-id-to-open-id-connect-provider")
                .opt("--open-id-connect-provider-arn", &**arn)
                .opt("--client-id", AUDIENCE)
                .step(
                    "Add the audience",
                    &["iam:AddClientIDToOpenIDConnectProvider"],
                ),
        );
    }
    to
}
