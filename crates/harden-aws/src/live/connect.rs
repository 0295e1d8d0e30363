//! Finds out who the credentials are, and which accounts and regions there are to read.

use std::pin::pin;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_sts::config::SharedCredentialsProvider;
use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
use futures::future::{Either, join_all, select};
use harden_collect::EarlyCalls;
use harden_core::{CancellationToken, Cause, Unknown};
use jiff::Timestamp;

use super::error::{ConnectError, refused_role};
use super::failure::failure;
use super::place_api::Limits;
use super::regions::{Wanted, enabled};
use super::session::Session;
use super::{AwsProvider, config};
use crate::arn::Arn;
use crate::{AccountPolicy, AwsPolicy};

/// The name of the sessions of assumed roles, as CloudTrail shows it.
const SESSION_NAME: &str = "harden-audit";

/// Where to read.
#[derive(Debug, Clone)]
pub struct Connect {
    /// The profile; without one AWS_PROFILE, or the default credentials.
    pub profile: Option<String>,
    /// The regions, or `["all"]`; they count before those of the policy.
    pub regions: Vec<String>,
    /// The policy: its accounts and regions, and the windows of time that its numbers ask for.
    pub policy: Arc<AwsPolicy>,
    /// The moment from which windows of time are counted back.
    pub now: Timestamp,
    /// Ends connecting early. Listings use the one of their facts.
    pub stop: CancellationToken,
    /// How many attempts a call has at most (AWS_MAX_ATTEMPTS).
    pub attempts: u32,
    /// Whether retries adapt their rate to a service that throttles (AWS_RETRY_MODE `adaptive`),
    /// or follow the standard mode.
    pub adaptive: bool,
    /// How many calls are in flight at the same time, for each account, region and service.
    pub in_flight: usize,
}

impl Connect {
    /// The default profile and region; 6 attempts, 8 calls in flight.
    #[must_use]
    pub fn new(policy: Arc<AwsPolicy>, now: Timestamp) -> Self {
        Self {
            profile: None,
            regions: Vec::new(),
            policy,
            now,
            stop: CancellationToken::never(),
            attempts: 6,
            adaptive: true,
            in_flight: 8,
        }
    }
}

/// Who calls.
struct Identity {
    account: Box<str>,
    partition: Box<str>,
}

pub(super) async fn connect(connect: Connect) -> Result<AwsProvider, ConnectError> {
    let stop = connect.stop.clone();
    match select(pin!(stop.cancelled()), Box::pin(connected(connect))).await {
        Either::Left((reason, _)) => Err(ConnectError::Cancelled(reason)),
        Either::Right((result, _)) => result,
    }
}

async fn connected(connect: Connect) -> Result<AwsProvider, ConnectError> {
    let wanted = check(&connect)?;
    let profile = connect.profile.as_deref();
    let default = config::region(profile, wanted.is_none()).await;
    // without a region the SDK cannot even find out whose credentials these are
    let Some(start) = default.clone().or(wanted) else {
        return Err(no_region(&connect).await);
    };
    let base = config::load(profile, &start, connect.attempts, connect.adaptive).await;
    let early_calls = EarlyCalls::default();
    let caller = identity(&base, &early_calls)
        .await
        .map_err(|error| ConnectError::of(&error, &base, profile))?;
    if caller.account.is_empty() {
        let unknown = Unknown::missing("sts:GetCallerIdentity", "Account");
        return Err(ConnectError::Failed(unknown));
    }
    let targets = targets(&connect.policy, &caller)?;
    let sessions = targets.iter().map(|target| {
        let (connect, base, caller, early) = (&connect, &base, &caller, &early_calls);
        session(target, connect, base, caller, default.as_deref(), early)
    });
    let mut sessions = join_all(sessions)
        .await
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    sessions.sort_by(|a, b| a.account.cmp(&b.account));
    let readable = sessions.iter().filter(|s| s.config.is_ok());
    let mut places: Vec<_> = readable.flat_map(Session::regions_as_places).collect();
    places.sort();
    Ok(AwsProvider {
        sessions,
        places,
        now: Timestamp::from_second(connect.now.as_second()).unwrap_or(connect.now),
        policy: connect.policy,
        limits: Arc::new(Limits::new(connect.in_flight)),
        early_calls,
    })
}

/// Where no region is set, whether there are credentials that need one.
async fn no_region(connect: &Connect) -> ConnectError {
    let profile = connect.profile.as_deref();
    let base = config::load(profile, "us-east-1", connect.attempts, connect.adaptive).await;
    let Some(provider) = base.credentials_provider() else {
        return ConnectError::NoCredentials;
    };
    match provider.provide_credentials().await {
        Ok(_) => ConnectError::NoRegion,
        Err(error) => ConnectError::of_credentials(&error, profile),
    }
}

/// Checks the arguments before any call, and returns a region to start from.
fn check(connect: &Connect) -> Result<Option<String>, ConnectError> {
    let policy = &connect.policy;
    let mut start = None;
    let own = policy.accounts.iter().map(|account| &*account.regions);
    for regions in own.chain([&*policy.regions, &*connect.regions]) {
        if let Wanted::These(named) = Wanted::of([regions, &[], &[]], Some("us-east-1"))?
            && !regions.is_empty()
        {
            start = named.first().map(ToString::to_string);
        } else if !regions.is_empty() {
            start = Some("us-east-1".to_owned());
        }
    }
    for (i, account) in policy.accounts.iter().enumerate() {
        if policy.accounts.iter().take(i).any(|a| a.id == account.id) {
            return Err(ConnectError::DuplicateAccount(account.id.clone()));
        }
        if let Some(role) = &account.role_arn
            && Arn::parse(role).is_none_or(|arn| arn.account != account.id)
        {
            return Err(ConnectError::OtherRole {
                account: account.id.clone(),
                role: harden_core::one_line(role, 200),
            });
        }
    }
    Ok(start)
}

/// The accounts to read.
fn targets(policy: &AwsPolicy, caller: &Identity) -> Result<Vec<AccountPolicy>, ConnectError> {
    if policy.accounts.is_empty() {
        return Ok(vec![AccountPolicy {
            id: caller.account.to_string(),
            role_arn: None,
            external_id: None,
            regions: Vec::new(),
        }]);
    }
    for account in &policy.accounts {
        if account.role_arn.is_none() && *account.id != *caller.account {
            return Err(ConnectError::OtherAccount {
                wanted: account.id.clone(),
                found: caller.account.to_string(),
            });
        }
    }
    Ok(policy.accounts.clone())
}

async fn session(
    target: &AccountPolicy,
    connect: &Connect,
    base: &SdkConfig,
    caller: &Identity,
    default: Option<&str>,
    early_calls: &EarlyCalls,
) -> Result<Session, ConnectError> {
    let config = match &target.role_arn {
        None => Ok(base.clone()),
        Some(role) => assume(role, target, base, early_calls).await,
    };
    let lists = [
        &*connect.regions,
        &*target.regions,
        &*connect.policy.regions,
    ];
    let (regions, regions_unknown) = match Wanted::of(lists, default)? {
        Wanted::These(regions) => (regions, None),
        Wanted::All => match &config {
            Err(_) => (Vec::new(), None),
            Ok(config) => match enabled(config, &caller.partition, early_calls).await {
                // one region is better than no region
                (none, unknown) if none.is_empty() => {
                    (default.into_iter().map(Into::into).collect(), unknown)
                }
                listed => listed,
            },
        },
    };
    Ok(Session {
        account: target.id.as_str().into(),
        partition: caller.partition.clone(),
        regions,
        config,
        regions_unknown,
    })
}

/// The configuration with an account's role, tried once: an account that refuses it is a gap.
async fn assume(
    role: &str,
    target: &AccountPolicy,
    base: &SdkConfig,
    early_calls: &EarlyCalls,
) -> Result<SdkConfig, Unknown> {
    let mut provider = AssumeRoleProvider::builder(role)
        .configure(&config::first(base))
        .session_name(SESSION_NAME);
    if let Some(id) = &target.external_id {
        provider = provider.external_id(id);
    }
    let credentials = SharedCredentialsProvider::new(provider.build().await);
    let config = base.to_builder().credentials_provider(credentials).build();
    early_calls.count("sts:AssumeRole");
    match identity(&config, early_calls).await {
        Ok(found) if *found.account == *target.id => Ok(config),
        Ok(_) => Err(Unknown::new(
            Cause::Credentials,
            "the role's credentials are of another account",
        )
        .during("sts:AssumeRole")),
        Err(error) => Err(refused_role(&error).unwrap_or_else(|| {
            let region = base.region().map_or("", AsRef::as_ref);
            failure(&error, "sts:AssumeRole", region).unknown
        })),
    }
}

async fn identity(
    config: &SdkConfig,
    early_calls: &EarlyCalls,
) -> Result<Identity, SdkError<GetCallerIdentityError>> {
    let client = aws_sdk_sts::Client::new(&config::first(config));
    early_calls.count("sts:GetCallerIdentity");
    let answer = client.get_caller_identity().send().await?;
    let arn = answer.arn.as_deref().and_then(Arn::parse);
    Ok(Identity {
        partition: arn.map_or("aws", |arn| arn.partition).into(),
        account: answer.account.unwrap_or_default().into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connect(policy: &str) -> Connect {
        let policy: AwsPolicy = toml::from_str(policy).unwrap();
        Connect::new(Arc::new(policy), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn wrong_arguments_are_errors_before_any_call() {
        let account = "[[accounts]]\nid = \"392853978631\"\n";
        let wrong = |policy: &str| check(&connect(policy)).unwrap_err().to_string();
        assert!(wrong(&format!("{account}{account}")).contains("twice"));
        assert!(
            wrong(&format!(
                "{account}role_arn = \"arn:aws:iam::111122223333:role/audit\""
            ))
            .contains("not a role of it")
        );
        assert!(wrong("regions = [\"ohio\"]").contains("`ohio`"));
        assert_eq!(
            check(&connect("regions = [\"eu-west-1\"]"))
                .unwrap()
                .as_deref(),
            Some("eu-west-1")
        );
        assert_eq!(check(&connect("")).unwrap(), None);
    }

    #[test]
    fn an_account_without_a_role_is_the_one_of_the_credentials() {
        let caller = Identity {
            account: "111122223333".into(),
            partition: "aws".into(),
        };
        let policy = connect("[[accounts]]\nid = \"392853978631\"").policy;
        assert!(matches!(
            targets(&policy, &caller),
            Err(ConnectError::OtherAccount { .. })
        ));
        let own = targets(&AwsPolicy::default(), &caller).unwrap();
        assert_eq!(own[0].id, "111122223333");
    }
}
