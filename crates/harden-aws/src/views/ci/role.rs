//! Roles that CI assumes, with everything that decides their permissions.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};
use harden_iam::deployment::{self, Targets};
use harden_iam::escalation::{self, AccountContext};
use harden_iam::trust::Report;
use harden_iam::{Attached, Identity, Policy};
use jiff::Timestamp;

use crate::arn::Arn;
use crate::policy::is_role;
use crate::resources::iam_role::{own_managed, read};
use crate::resources::{Account, IamRole, RolePolicy};
use crate::{AwsPolicy, CiPolicy};

/// The operation that returns the policies of a role.
pub(crate) const ROLE_SOURCE: &str = "iam:GetAccountAuthorizationDetails";

/// A role whose trust policy accepts tokens of GitHub Actions, or that the policy names.
#[derive(Clone)]
pub(crate) struct CiRole {
    pub(crate) arn: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) place: Place,
    /// Whether it exists. A role that the policy names may be missing.
    pub(crate) exists: Known<bool>,
    pub(crate) created_at: Known<Timestamp>,
    pub(crate) trust: Known<Policy>,
    pub(crate) policies: Known<Vec<RolePolicy>>,
    pub(crate) boundary: Known<Option<RolePolicy>>,
    /// The other roles of the account.
    pub(crate) others: Known<Arc<[escalation::Role]>>,
    /// Who can assume it with a token, once a check needs it. Four checks do.
    report: Arc<OnceLock<Report>>,
}

/// What a role deploys, and its targets.
pub(crate) struct Deployment {
    pub(crate) kinds: Vec<deployment::Deployment>,
    pub(crate) targets: Targets,
}

#[async_trait]
impl Subject for CiRole {
    const KINDS: &'static [&'static Kind] = &[Account::KIND, IamRole::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let accounts = cx.list::<Account>().await?;
        let roles = cx.list::<IamRole>().await?;
        let is_ci =
            |role: &IamRole| role.trusts_github.ok() != Some(&false) || policy.ci.names(&role.arn);
        let found = roles.iter().filter(|(_, role)| is_ci(role));
        let mut items: Vec<_> = found
            .map(|(id, role)| (Arc::clone(id), Self::of(id, role, &roles)))
            .collect();
        for named in policy.ci.named() {
            if roles.iter().any(|(_, role)| is_role(named, &role.arn)) {
                continue;
            }
            if let Some((id, role)) = Self::absent(named, &roles, &accounts) {
                items.push((Arc::new(id), role));
            }
        }
        Ok(Arc::new(Listing::new(
            items,
            roles.scope.clone(),
            roles.gaps.clone(),
        )))
    }
}

impl CiRole {
    fn of(id: &ResourceId, role: &IamRole, roles: &Listing<IamRole>) -> Self {
        let others = roles.readable(&id.place).map(|()| {
            let others = roles
                .at(&id.place)
                .filter(|(other, _)| other.name != id.name);
            let known = |(_, other): (_, &IamRole)| escalation::Role {
                arn: other.arn.clone(),
                privileged: other.privileged.ok().copied(),
            };
            others.map(known).collect()
        });
        let trust = role.trust.as_ref();
        Self {
            arn: role.arn.as_str().into(),
            name: id.name.clone(),
            place: id.place.clone(),
            exists: Known::Yes(true),
            created_at: role.created_at.clone(),
            trust: trust.and_then(|text| read("the trust policy", text)),
            policies: role.policies.clone(),
            boundary: role.boundary.clone(),
            others,
            report: Arc::default(),
        }
    }

    /// A role that the policy names and that was not found. The finding for a plain name is on the
    /// first account, since no account has the role.
    fn absent(
        named: &str,
        roles: &Listing<IamRole>,
        accounts: &Listing<Account>,
    ) -> Option<(ResourceId, Self)> {
        let (places, name): (Vec<Place>, &str) = match Arn::parse(named) {
            Some(arn) => (
                vec![Place::global(arn.account)],
                named.rsplit('/').next().unwrap_or(named),
            ),
            None => (
                accounts.iter().map(|(id, _)| id.place.clone()).collect(),
                named,
            ),
        };
        let place = places.first()?.clone();
        let read = places
            .iter()
            .map(|place| roles.readable(place).map(|()| true));
        let exists = Known::all(read).map(|_| false);
        let arn = match Arn::parse(named) {
            Some(_) => named.to_owned(),
            None => format!("arn:aws:iam::{}:role/{name}", place.account),
        };
        let why = match &exists {
            Known::No(unknown) => (**unknown).clone(),
            Known::Yes(_) => Unknown::undetermined("the role does not exist"),
        };
        let id = ResourceId::new(IamRole::KIND.name, place.clone(), name).shown_as(&arn);
        let role = Self {
            arn: arn.into(),
            name: name.into(),
            place,
            exists,
            created_at: why.clone().into(),
            trust: why.clone().into(),
            policies: why.clone().into(),
            boundary: why.clone().into(),
            others: why.into(),
            report: Arc::default(),
        };
        Some((id, role))
    }

    /// Why a check of the role's policies has nothing to judge, or `None` where it has.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        (self.exists == Known::Yes(false))
            .then_some("the role does not exist: see aws/ci-role-deploy-blocked")
    }

    /// Who can assume the role with a token of GitHub Actions.
    pub(crate) fn trust_report(&self) -> Result<&Report, Arc<Unknown>> {
        let trust = self.trust.get()?;
        Ok(self.report.get_or_init(|| Report::of(trust)))
    }

    /// The policies that decide the permissions of the role. Service control policies of the
    /// organization are not included.
    pub(crate) fn identity(&self) -> Result<Identity, Arc<Unknown>> {
        let policies = self.policies.get()?;
        let boundary = self.boundary.get()?;
        crate::resources::iam_role::identity(policies, boundary.as_ref())
    }

    /// Its inline and attached policies, each parsed where possible.
    pub(crate) fn documents(&self) -> Result<Vec<(&RolePolicy, Known<Policy>)>, Arc<Unknown>> {
        let policies = self.policies.get()?;
        Ok(policies.iter().map(|one| (one, one.policy())).collect())
    }

    /// The other roles and policies that matter for privilege escalation.
    pub(crate) fn surroundings(&self) -> AccountContext {
        AccountContext {
            arn: Some(self.arn.to_string()),
            roles: self.others.ok().map(|roles| roles.to_vec()),
            attached: own_managed(self.policies.ok().map_or(&[], Vec::as_slice)),
        }
    }

    /// What it deploys, from the policy. Without an entry there, inferred from its permissions.
    pub(crate) fn deployments(&self, identity: &Identity, policy: &CiPolicy) -> Vec<Deployment> {
        let named = policy.deployments.iter();
        let named: Vec<_> = named.filter(|one| is_role(&one.role, &self.arn)).collect();
        if named.is_empty() {
            let kinds = deployment::infer_deployments(identity);
            if kinds.is_empty() {
                return Vec::new();
            }
            let targets = self.targets(identity);
            return vec![Deployment { kinds, targets }];
        }
        let configured = named.into_iter().map(|one| {
            let mut targets = self.targets(identity);
            for (place, name) in [
                ("region", &one.region),
                ("repository", &one.ecr_repository),
                ("cluster", &one.cluster),
                ("service", &one.service),
                ("family", &one.family),
                ("function", &one.function),
                ("bucket", &one.bucket),
                ("distribution", &one.distribution),
            ] {
                if let Some(name) = name {
                    targets = targets.with(place, name);
                }
            }
            if !one.passed_roles.is_empty() {
                targets.roles = one.passed_roles.iter().map(|r| self.role_arn(r)).collect();
            }
            Deployment {
                kinds: vec![one.kind.into()],
                targets,
            }
        });
        configured.collect()
    }

    /// The resources that its policies name, with its account and partition.
    fn targets(&self, identity: &Identity) -> Targets {
        let targets = Targets::from_policies(identity).in_account(&*self.place.account);
        targets.with("partition", self.partition())
    }

    /// The ARN of a role of the same account, from its name or its ARN.
    fn role_arn(&self, named: &str) -> String {
        if Arn::parse(named).is_some() {
            return named.to_owned();
        }
        let (partition, account) = (self.partition(), &self.place.account);
        format!("arn:{partition}:iam::{account}:role/{named}")
    }

    pub(crate) fn partition(&self) -> &str {
        Arn::parse(&self.arn).map_or("aws", |arn| arn.partition)
    }

    /// A copy of the role with other policies, to judge a remediation.
    pub(crate) fn with_policies(&self, policies: &[Attached]) -> Self {
        let policies = policies.iter().map(|one| RolePolicy {
            name: one.name.clone(),
            managed: None,
            document: Known::Yes(one.policy.to_string()),
        });
        Self {
            policies: Known::Yes(policies.collect()),
            ..self.clone()
        }
    }
}

/// The name of a policy of a role for the reader.
pub(crate) fn policy_name(policy: &RolePolicy) -> String {
    match &policy.managed {
        Some(managed) => managed.arn.clone(),
        None => format!("the inline policy {}", policy.name),
    }
}
