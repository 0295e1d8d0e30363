//! The SDK's configuration: credentials, the connection, retries and time limits.

use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::identity::IdentityCache;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider as Tls;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::bounded_answers::bounded;
use super::whole::WholeAnswers;

/// No connection takes this long on a network that works.
const CONNECT: Duration = Duration::from_secs(3);
/// The SDK has no time limit for a server that accepts a connection and never answers.
const ATTEMPT: Duration = Duration::from_secs(10);
/// All attempts of a call together. This is longer than attempts and pauses take, so that a call ends
/// with its last answer: with the throttling of a service, and not with a timeout.
const OPERATION: Duration = Duration::from_secs(120);
/// The longest pause between two attempts. While a service throttles, the adaptive mode also limits
/// the calls to one in two seconds.
const BACKOFF: Duration = Duration::from_secs(5);

/// The first call finds out whether AWS can be reached at all: it gives up after about five seconds.
const FIRST_CONNECT: Duration = Duration::from_millis(1500);
const FIRST_ANSWER: Duration = Duration::from_secs(4);
const FIRST_ATTEMPTS: u32 = 3;
const FIRST_BACKOFF: Duration = Duration::from_millis(200);

/// Loading credentials may run a program that asks a person.
const CREDENTIALS: Duration = Duration::from_secs(60);

/// The configuration of the run, with the credentials of the profile or of the environment.
pub(super) async fn load(
    profile: Option<&str>,
    region: &str,
    attempts: u32,
    adaptive: bool,
) -> SdkConfig {
    let retries = if adaptive {
        RetryConfig::adaptive()
    } else {
        RetryConfig::standard()
    };
    let http = http_client();
    let region = Region::new(region.to_owned());
    let provider = ProviderConfig::without_region()
        .with_http_client(http.clone())
        .with_region(Some(region.clone()));
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region.clone())
        .http_client(http)
        .identity_cache(IdentityCache::lazy().load_timeout(CREDENTIALS).build())
        .retry_config(
            retries
                .with_max_attempts(attempts.max(1))
                .with_max_backoff(BACKOFF),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(CONNECT)
                .read_timeout(ATTEMPT)
                .operation_attempt_timeout(ATTEMPT)
                .operation_timeout(OPERATION)
                .build(),
        );
    match profile {
        // alone: the default chain would take credentials of the environment first, and audit
        // another account than the one that was named
        Some(name) => {
            let credentials = ProfileFileCredentialsProvider::builder()
                .profile_name(name)
                .configure(&provider)
                .build();
            loader
                .profile_name(name)
                .credentials_provider(credentials)
                .load()
                .await
        }
        None => {
            let credentials = DefaultCredentialsChain::builder()
                .imds_client(instance_metadata(&provider))
                .configure(provider)
                .region(region)
                .build()
                .await;
            loader.credentials_provider(credentials).load().await
        }
    }
}

/// The same for the first call: it gives up sooner, but waits for credentials as long.
pub(super) fn first(config: &SdkConfig) -> SdkConfig {
    let attempts = config
        .retry_config()
        .map_or(FIRST_ATTEMPTS, |r| r.max_attempts().min(FIRST_ATTEMPTS));
    config
        .to_builder()
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(attempts)
                .with_initial_backoff(FIRST_BACKOFF),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(FIRST_CONNECT)
                .read_timeout(FIRST_ANSWER)
                .operation_timeout(CREDENTIALS + ATTEMPT)
                .build(),
        )
        .build()
}

/// The region of the environment or of the profile; with `ask_machine`, also that of the instance.
pub(super) async fn region(profile: Option<&str>, ask_machine: bool) -> Option<String> {
    let provider = ProviderConfig::without_region().with_http_client(http_client());
    let mut of_profile = ProfileFileRegionProvider::builder().configure(&provider);
    if let Some(name) = profile {
        of_profile = of_profile.profile_name(name);
    }
    let here = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(of_profile.build())
        .region()
        .await;
    let region = match here {
        None if ask_machine => of_machine(&provider).await,
        here => here,
    };
    region.map(|region| region.as_ref().to_owned())
}

async fn of_machine(provider: &ProviderConfig) -> Option<Region> {
    aws_config::imds::region::ImdsRegionProvider::builder()
        .configure(provider)
        .imds_client(instance_metadata(provider))
        .build()
        .region()
        .await
}

/// The instance metadata service answers immediately or does not exist: a laptop should not wait for
/// it.
fn instance_metadata(provider: &ProviderConfig) -> aws_config::imds::Client {
    aws_config::imds::Client::builder()
        .configure(provider)
        .max_attempts(2)
        .connect_timeout(Duration::from_millis(500))
        .operation_timeout(Duration::from_secs(2))
        .build()
}

/// One client for all services and regions, so that connections are shared. Goes through the proxy
/// of the environment, as the AWS CLI does; the SDK's own default client does not.
fn http_client() -> SharedHttpClient {
    let client = Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector
            .tls_provider(Tls::Rustls(CryptoMode::AwsLc))
            .build()
    });
    SharedHttpClient::new(WholeAnswers(bounded(client)))
}
