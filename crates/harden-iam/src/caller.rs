//! A role that calls an action, with the parts of the request that follow from the call.

use crate::arn::ArnParts;
use crate::document::Selector;
use crate::evaluate::{Attached, Identity, OrganizationLevel, Ruling};
use crate::request::{Context, Principal, Request};
use crate::table::{Action, known, service};

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
        let mut keys: Vec<String> = all_policies(identity)
            .flat_map(|one| one.policy.statements())
            .flat_map(|one| one.conditions())
            .map(|one| one.key().to_owned())
            .collect();
        keys.sort();
        keys.dedup();
        Self {
            identity,
            arn,
            account,
            keys,
            direct: true,
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

    fn request(&self, action: &str, resource: &str, known: &[(&str, &str)]) -> Request {
        let mut context = self.context(action);
        let region = ArnParts::parse(resource).map(|arn| arn.region);
        if let Some(region) =
            region.filter(|region| !region.is_empty() && !region.contains(['*', '?']))
        {
            context = context.with("aws:RequestedRegion", region);
        }
        for (key, value) in known {
            context = context.with(key, *value);
        }
        let principal = Principal::arn(self.arn.as_str());
        Request::new(principal, action, resource, context).owned_by(&self.account)
    }

    /// The context of a call: condition keys that the action does not support are absent, all others
    /// are unknown. The claims of the token with which the role was assumed can be in every request
    /// of the session (IAM User Guide, "IAM and AWS STS condition context keys"), so they stay
    /// unknown.
    fn context(&self, action: &str) -> Context {
        let mut context = Context::unknown_otherwise().with("aws:SecureTransport", "true");
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
    let service = service(prefix)?;
    let action = service.action(name)?;
    Some(read(action))
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
