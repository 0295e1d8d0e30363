//! A role that calls an action, with the parts of the request that follow from the call.

use crate::arn::ArnParts;
use crate::document::{Condition, Selector};
use crate::evaluate::{Attached, Identity, OrganizationLevel, Ruling};
use crate::request::{Context, Principal, Request};
use crate::scenario::{self, Scenario};
use crate::table::{Action, kept_service, known};

/// The account of a role whose account is not known.
const SOME_ACCOUNT: &str = "111122223333";

/// Who calls.
pub(crate) struct Caller<'a> {
    pub(crate) identity: &'a Identity,
    arn: String,
    account: String,
    /// The condition keys that its policies mention.
    keys: Vec<String>,
    /// Whether the role makes the calls itself, and not a service on its behalf.
    direct: bool,
    /// Values of the keys that the caller chooses, of which one combination may meet the conditions.
    scenarios: Vec<Scenario>,
    /// The keys of times, with a time of today that all dates of the policies precede.
    times: Vec<(&'static str, &'static str)>,
}

impl<'a> Caller<'a> {
    /// A role by its ARN. Without an ARN, its account is the first one that its policies name.
    pub(crate) fn new(identity: &'a Identity, arn: Option<&str>) -> Self {
        let parts = arn.and_then(ArnParts::parse);
        let account = parts.map(|arn| arn.account.to_owned());
        let account = account
            .or_else(|| account_in_resources(identity))
            .unwrap_or_else(|| SOME_ACCOUNT.to_owned());
        let arn = match arn {
            Some(arn) => arn.to_owned(),
            None => format!("arn:aws:iam::{account}:role/role"),
        };
        let conditions: Vec<&Condition> = all_policies(identity)
            .flat_map(|one| one.policy.statements())
            .flat_map(|one| one.conditions())
            .collect();
        let mut keys: Vec<String> = conditions.iter().map(|one| one.key().to_owned()).collect();
        keys.sort();
        keys.dedup();
        let scenarios = scenario::of(&conditions, &account);
        let times = scenario::times(&conditions);
        Self {
            identity,
            arn,
            account,
            keys,
            direct: true,
            scenarios,
            times,
        }
    }

    /// Also allows that a service makes the calls, as CloudFormation does with the caller's
    /// credentials. Keys such as `aws:ViaAWSService` are then unknown.
    pub(crate) fn or_through_services(mut self) -> Self {
        self.direct = false;
        self
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Evaluates all policies for a call; `known` are condition keys with their values.
    pub(crate) fn decide(&self, action: &str, resource: &str, known: &[(&str, &str)]) -> Ruling {
        self.identity.decide(&self.request(action, resource, known))
    }

    /// Evaluates the role's side only; see [`Identity::decide_caller_side`].
    pub(crate) fn decide_caller_side(
        &self,
        action: &str,
        resource: &str,
        known: &[(&str, &str)],
    ) -> Ruling {
        let request = self.request(action, resource, known);
        self.identity.decide_caller_side(&request)
    }

    /// As [`decide_caller_side`](Self::decide_caller_side), but the caller chooses what it can: the region
    /// it calls, tags of the request, resources of its own account. If one choice is certainly allowed, so
    /// is the call.
    pub(crate) fn decide_by_choice(
        &self,
        action: &str,
        resource: &str,
        known: &[(&str, &str)],
    ) -> Ruling {
        let plain = self.decide_caller_side(action, resource, known);
        if !matches!(plain, Ruling::Undetermined { .. }) {
            return plain;
        }
        let mut chosen = self.scenarios.iter().map(|scenario| {
            let all = scenario
                .iter()
                .filter(|(key, _)| !self.is_fixed(action, resource, key));
            let all = all.map(|(key, value)| (key.as_str(), value.as_str()));
            let all: Vec<(&str, &str)> = known.iter().copied().chain(all).collect();
            self.decide_caller_side(action, resource, &all)
        });
        chosen.find(Ruling::is_allowed).unwrap_or(plain)
    }

    /// Whether the call decides the value of a key, so that the caller cannot choose it.
    fn is_fixed(&self, action: &str, resource: &str, key: &str) -> bool {
        if !key.eq_ignore_ascii_case("aws:RequestedRegion") {
            return false;
        }
        let regional = ArnParts::parse(resource)
            .is_some_and(|arn| !arn.region.is_empty() && !arn.region.contains(['*', '?']));
        regional || is_global(action)
    }

    /// The combinations of values that the caller can choose.
    pub(crate) fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    pub(crate) fn partition(&self) -> &str {
        ArnParts::parse(&self.arn).map_or("aws", |arn| arn.partition)
    }

    fn request(&self, action: &str, resource: &str, known: &[(&str, &str)]) -> Request {
        let mut context = self.context(action);
        let region = ArnParts::parse(resource).map(|arn| arn.region);
        if let Some(region) =
            region.filter(|region| !region.is_empty() && !region.contains(['*', '?']))
        {
            context = context.with("aws:RequestedRegion", region);
        } else if is_global(action) {
            context = context.with("aws:RequestedRegion", self.home_region());
        }
        for (key, value) in known {
            context = context.with(key, *value);
        }
        let principal = Principal::arn(self.arn.as_str());
        Request::new(principal, action, resource, context).owned_by(&self.account)
    }

    /// The region of global services (IAM User Guide, "AWS global condition context keys",
    /// `aws:RequestedRegion`).
    fn home_region(&self) -> &'static str {
        match self.partition() {
            "aws-cn" => "cn-north-1",
            "aws-us-gov" => "us-gov-west-1",
            "aws-eusc" => "eusc-de-east-1",
            _ => "us-east-1",
        }
    }

    /// The context of a call: condition keys that the action does not support are absent, all others
    /// are unknown. The claims of the token with which the role was assumed can be in every request
    /// of the session (IAM User Guide, "IAM and AWS STS condition context keys"), so they stay
    /// unknown.
    fn context(&self, action: &str) -> Context {
        let mut context = Context::unknown_otherwise().with("aws:SecureTransport", "true");
        if self.arn.contains(":role/") {
            context = context.with("aws:PrincipalType", "AssumedRole");
        }
        for (key, time) in &self.times {
            context = context.with(key, *time);
        }
        if self.direct {
            context = context
                .with("aws:ViaAWSService", "false")
                .without("aws:CalledVia")
                .without("aws:CalledViaFirst")
                .without("aws:CalledViaLast");
        }
        look_up(action, |action| {
            for key in &self.keys {
                if !known::can_be_in_any_request(key) && !action.takes_key(key) {
                    context =
                        std::mem::replace(&mut context, Context::absent_otherwise()).without(key);
                }
            }
        });
        context
    }
}

/// Looks up an action in the table and passes it to `read`; `None` if the table does not list it.
pub(crate) fn look_up<T>(action: &str, read: impl FnOnce(Action<'_>) -> T) -> Option<T> {
    let (prefix, name) = action.split_once(':')?;
    let action = kept_service(prefix)?.action(name)?;
    Some(read(action))
}

/// Whether an action is one of a service with one endpoint for all regions.
fn is_global(action: &str) -> bool {
    let prefix = action.split(':').next().unwrap_or_default();
    let global = ["account", "cloudfront", "iam", "organizations", "route53"];
    global.iter().any(|one| one.eq_ignore_ascii_case(prefix))
}

fn all_policies(identity: &Identity) -> impl Iterator<Item = &Attached> {
    let levels = identity
        .service_control
        .iter()
        .chain(&identity.resource_control);
    let optional = [&identity.boundary, &identity.session, &identity.endpoint];
    let own = identity.policies.iter().chain(&identity.resource);
    own.chain(optional.into_iter().flatten().flatten())
        .chain(levels.flat_map(|level: &OrganizationLevel| &level.policies))
}

/// The first account in a resource of the identity policies.
fn account_in_resources(identity: &Identity) -> Option<String> {
    let statements = identity
        .policies
        .iter()
        .flat_map(|one| one.policy.statements());
    let mut resources = statements.filter_map(|one| match one.resources() {
        Some(Selector::Only(list)) => Some(list),
        _ => None,
    });
    resources.find_map(|list| {
        list.iter().find_map(|text| {
            let account = ArnParts::parse(text)?.account;
            let is_id = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
            (is_id && account.parse::<u64>().ok()? != 0).then(|| account.to_owned())
        })
    })
}
