//! Who calls.

use std::collections::BTreeMap;

use crate::arn::ArnParts;

/// Who makes a request (IAM User Guide, "AWS JSON policy elements: Principal").
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Principal {
    /// An AWS service, by the name of its service principal: `cloudwatch.amazonaws.com`.
    Service(String),
    /// An account itself, by its twelve digits.
    Account(String),
    /// A user, a role or a session, by its ARN: `arn:aws:iam::...:user/...`, `...:role/...`,
    /// `arn:aws:sts::...:assumed-role/...`, `...:federated-user/...`. A role means a session of it
    /// whose name is not known.
    Arn(String),
    /// A user or workload of an identity provider that assumes a role: the ARN of the provider
    /// (`arn:aws:iam::123456789012:oidc-provider/gitlab.com`), or the name of a web identity provider
    /// (`accounts.google.com`). It calls `sts:AssumeRoleWithWebIdentity` or `sts:AssumeRoleWithSAML`.
    Federated(String),
    /// The caller of an unsigned request.
    Anonymous,
}

impl Principal {
    /// An AWS service.
    pub fn service(name: impl Into<String>) -> Self {
        Self::Service(name.into())
    }

    /// An account.
    pub fn account(id: impl Into<String>) -> Self {
        Self::Account(id.into())
    }

    /// A user, a role or a session; an account if the ARN ends in `:root`.
    pub fn arn(arn: impl Into<String>) -> Self {
        let arn = arn.into();
        match ArnParts::parse(&arn).and_then(ArnParts::root_account) {
            Some(account) => Self::account(account),
            None => Self::Arn(arn),
        }
    }

    pub(crate) fn account_id(&self) -> Option<&str> {
        match self {
            Self::Account(id) => Some(id),
            Self::Arn(arn) => ArnParts::parse(arn).map(|arn| arn.account),
            Self::Service(_) | Self::Federated(_) | Self::Anonymous => None,
        }
    }

    /// The condition keys that follow from the principal, in lower case. Keys without values are
    /// certainly absent (IAM User Guide, "AWS global condition context keys", properties of the
    /// principal).
    pub(crate) fn keys(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut keys = BTreeMap::new();
        let mut put = |key, value: Option<&str>| {
            keys.insert(key, value.map(str::to_owned).into_iter().collect());
        };
        match self {
            Self::Service(name) => {
                put("aws:principalisawsservice", Some("true"));
                put("aws:principalservicename", Some(name));
                put("aws:principalorgid", None);
                put("aws:principalorgpaths", None);
                put("aws:username", None);
            }
            Self::Account(_) | Self::Arn(_) => {
                put("aws:principalisawsservice", Some("false"));
                put("aws:principalservicename", None);
                put("aws:principalaccount", self.account_id());
                let arn = match self {
                    Self::Arn(text) => ArnParts::parse(text),
                    _ => None,
                };
                // For a session `aws:PrincipalArn` is the ARN of its role, including the path. The
                // ARN of a session does not contain that path, so the key stays unknown.
                let user = arn.and_then(ArnParts::user_name);
                if let Self::Arn(text) = self
                    && (user.is_some() || arn.and_then(ArnParts::role_name).is_some())
                {
                    put("aws:principalarn", Some(text));
                }
                put("aws:username", user);
            }
            Self::Federated(provider) => {
                put("aws:federatedprovider", Some(provider));
                put("aws:principalisawsservice", Some("false"));
                put("aws:principalservicename", None);
                put("aws:username", None);
            }
            Self::Anonymous => {
                put("aws:principalaccount", Some("anonymous"));
                put("aws:principaltype", Some("Anonymous"));
                put("aws:userid", Some("anonymous"));
                for key in [
                    "aws:principalarn",
                    "aws:principalisawsservice",
                    "aws:principalservicename",
                    "aws:principalorgid",
                    "aws:principalorgpaths",
                    "aws:username",
                ] {
                    put(key, None);
                }
            }
        }
        keys
    }
}
