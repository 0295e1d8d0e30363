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
        "Accounts with CI roles know GitHub Actions as an identity provider",
        Severity::High,
    )
    .tags(&["guide:5"])
    .remediation("Create the OIDC provider of GitHub Actions, with the audience sts.amazonaws.com.")
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
    let (mut absent, mut deaf, mut unknown) = (Vec::new(), Vec::new(), None);
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
            Ok(audiences) => deaf.push((arn.clone(), audiences.join(", "))),
            Err(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    if !absent.is_empty() || !deaf.is_empty() {
        return Ok(Verdict::Fail(
            evidence(&absent, &deaf, account),
            remediation(&absent, &deaf),
        ));
    }
    if let Some(unknown) = unknown {
        return Err(unknown.into());
    }
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
            format!("{AUDIENCE} at {}", join_first(&arns)),
            GET,
        )
        .expected(AUDIENCE),
    ))
}

fn evidence(absent: &[String], deaf: &[(String, String)], account: &CiAccount) -> Evidence {
    let mut evidence = Evidence::default();
    if !absent.is_empty() {
        let found = format!("no {}", join_first(absent));
        evidence = evidence
            .and("OpenIDConnectProviderList", found, LIST)
            .expected("the provider of GitHub Actions");
    }
    for (arn, audiences) in deaf {
        let found = format!("{audiences} at {arn}");
        evidence = evidence.and("ClientIDList", found, GET).expected(AUDIENCE);
    }
    evidence.note(format!("the CI roles: {}", join_first(&account.roles)))
}

fn remediation(absent: &[String], deaf: &[(String, String)]) -> Remediation {
    let mut to =
        Remediation::new("have the account take tokens of GitHub Actions for AWS").link(LINK);
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
    for (arn, _) in deaf {
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
