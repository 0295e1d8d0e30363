//! Which repositories are read, from where, and as whom.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use harden_core::{CancellationToken, Cause, Unknown};
use harden_github::live::{Connect, ConnectError, GithubProvider, Token};
use harden_github::{GithubPolicy, OrganizationPolicy};
use harden_tests::fakes::github::{Estate, Github, Repo, TOKEN};

use crate::run::{SHOP, audit, audit_as, connect_to};

#[tokio::test]
async fn a_renamed_repository_is_read_under_the_name_that_was_asked_for() {
    let mut estate = Estate::of(Repo::good("acme/store"));
    estate
        .renamed
        .insert(SHOP.to_owned(), "acme/store".to_owned());
    let github = Github::start(estate).await;
    let run = audit(&github).await;
    github.served.violations.assert_none();
    assert_eq!(run.with("unknown"), [""; 0]);
    assert_eq!(run.with("fail"), [""; 0]);
    assert!(
        run.findings
            .keys()
            .all(|(_, shown)| shown.starts_with(SHOP))
    );
    // only the first call goes by the old name
    let old = github
        .served
        .lines()
        .into_iter()
        .filter(|l| l.contains("/acme/shop"));
    assert_eq!(old.count(), 1);
}

#[tokio::test]
async fn no_redirect_takes_the_token_to_another_host() {
    let elsewhere = Github::start_unwatched(Estate::of(Repo::good("acme/store"))).await;
    let mut estate = Estate::of(Repo::good("acme/store"));
    estate
        .renamed
        .insert(SHOP.to_owned(), "acme/store".to_owned());
    estate.redirect_to = Some(elsewhere.served.url.clone());
    let run = audit(&Github::start(estate).await).await;
    assert_eq!(elsewhere.served.lines(), [""; 0], "it was never asked");
    assert_eq!(run.with("pass"), [""; 0]);
    assert!(run.said("dependabot-off").contains("another host"));
}

#[tokio::test]
async fn an_organization_with_a_filter() {
    let repo = |name: &str| Repo::good(&format!("acme/{name}"));
    let mut archived = repo("shop-old");
    archived.archived = true;
    let mut fork = repo("shop-fork");
    fork.fork = true;
    let estate = Estate {
        repositories: vec![
            repo("shop"),
            repo("shop-api"),
            archived,
            fork,
            repo("shop-secret"),
            repo("site"),
            Repo::good("other/shop"),
        ],
        page: Some(2),
        ..Estate::default()
    };
    let github = Github::start(estate).await;
    let organization = OrganizationPolicy {
        name: "acme".to_owned(),
        include: vec!["shop*".to_owned()],
        exclude: vec!["*-secret".to_owned()],
        archived: false,
        forks: false,
    };
    let policy = GithubPolicy {
        organization: Some(organization),
        ..GithubPolicy::default()
    };
    let mut connect = connect_to(&github, policy);
    connect.repositories.clear();
    let run = audit_as(connect.clone(), CancellationToken::never()).await;
    github.served.violations.assert_none();
    let mut of: Vec<&str> = run
        .findings
        .keys()
        .filter(|(check, _)| *check == "github/dependabot-off")
        .map(|(_, shown)| shown.as_str())
        .collect();
    of.sort_unstable();
    assert_eq!(of, ["acme/shop", "acme/shop-api"]);
    // one without a name is not passed over
    let nameless = ["*", "full_name"].map(str::to_owned).to_vec();
    github.lock().drop = Some(("GET /orgs/{org}/repos".to_owned(), nameless));
    let run = audit_as(connect.clone(), CancellationToken::never()).await;
    assert_eq!(run.with("pass"), [""; 0]);
    assert!(
        run.with("unknown")
            .contains(&"github/dependabot-off github/vulnerability-alerts in acme/*".to_owned())
    );
    github.lock().drop = None;
    // one whose repositories the token does not see is unknown
    let all = std::mem::take(&mut github.lock().repositories);
    let run = audit_as(connect.clone(), CancellationToken::never()).await;
    assert_eq!(run.with("pass"), [""; 0]);
    assert!(
        run.with("unknown")
            .contains(&"github/dependabot-off github/vulnerability-alerts in acme/*".to_owned())
    );
    github.lock().repositories = all;
    // an organization that refuses is a gap, and what else is named is read
    github.lock().refuse.push(("/orgs/", 403, "no"));
    connect.repositories = vec!["other/shop".to_owned()];
    let run = audit_as(connect, CancellationToken::never()).await;
    assert!(
        run.with("unknown")
            .contains(&"github/dependabot-off github/vulnerability-alerts in acme/*".to_owned())
    );
    assert!(
        run.with("pass")
            .contains(&"github/dependabot-off other/shop".to_owned())
    );
}

fn from_env(vars: &[(&str, &str)], policy: GithubPolicy) -> Connect {
    let vars: BTreeMap<_, _> = vars.iter().copied().collect();
    let get = |name: &str| vars.get(name).map(|v| (*v).to_owned());
    let now = "2026-01-15T12:00:00Z".parse().unwrap();
    Connect::from_env(&get, Arc::new(policy), now, CancellationToken::never())
}

#[tokio::test]
async fn the_repository_is_the_callers_else_the_policys_else_the_environments_else_the_checkouts() {
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let named =
        |repositories: &[&str], policy: &[&str], env: Option<&str>, origin: Option<&str>| {
            let mut connect = connect_to(
                &github,
                GithubPolicy {
                    repositories: policy.iter().map(|r| (*r).to_owned()).collect(),
                    ..GithubPolicy::default()
                },
            );
            connect.repositories = repositories.iter().map(|r| (*r).to_owned()).collect();
            connect.default_repository = env.map(str::to_owned);
            connect.origin = origin.map(str::to_owned);
            async { GithubProvider::connect(connect).await }
        };
    let origin = Some("https://127.0.0.1/acme/from-origin.git");
    let all = named(&["a/cli"], &["a/policy"], Some("a/env"), origin)
        .await
        .unwrap();
    assert_eq!(all.repositories(), ["a/cli"]);
    let all = named(&[], &["a/policy"], Some("a/env"), origin)
        .await
        .unwrap();
    assert_eq!(all.repositories(), ["a/policy"]);
    let all = named(&[], &[], Some("a/env"), origin).await.unwrap();
    assert_eq!(all.repositories(), ["a/env"]);
    let all = named(&[], &[], None, origin).await.unwrap();
    assert_eq!(all.repositories(), ["acme/from-origin"]);
    // a checkout of another server is none of this one's
    let other = named(&[], &[], None, Some("git@gitlab.com:acme/shop.git")).await;
    assert!(matches!(other, Err(ConnectError::NoRepository { .. })));
    let bad = named(&["acme/../shop"], &[], None, None).await;
    assert!(matches!(bad, Err(ConnectError::BadRepository(_))));
}

#[tokio::test]
async fn what_makes_every_answer_impossible_is_an_error() {
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let connect = connect_to(&github, GithubPolicy::default());
    let fails = |change: &dyn Fn(&mut Connect)| {
        let mut connect = connect.clone();
        change(&mut connect);
        async { GithubProvider::connect(connect).await.unwrap_err() }
    };
    let bearer = |token: &str| Some(Token::Bearer(token.to_owned().into()));
    let error = fails(&|c| c.token = None).await;
    assert!(matches!(error, ConnectError::NoToken { .. }), "{error}");
    let error = fails(&|c| c.token = bearer("wrong")).await;
    assert!(matches!(error, ConnectError::Refused { .. }), "{error}");
    let error = fails(&|c| c.token = bearer("two\nlines")).await;
    assert!(matches!(error, ConnectError::BadToken), "{error}");
    for url in [
        "http://github.example.com/api/v3",
        "ftp://github.example.com",
        "github.example.com",
        "https://me:secret@github.example.com",
        "https://github.example.com/?x",
    ] {
        let error = fails(&|c| c.api_url = url.to_owned()).await;
        assert!(
            matches!(error, ConnectError::BadUrl { .. }),
            "{url}: {error}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let error = fails(&|c| {
        c.api_url = "http://127.0.0.1:9".to_owned();
        c.timeout = Duration::from_secs(1);
    })
    .await;
    assert!(matches!(error, ConnectError::Failed(_)), "{error}");
    assert!(!error.to_string().contains(TOKEN));
    let error = fails(&|c| {
        let (stopper, stop) = harden_core::StopHandle::new();
        stopper.stop(Unknown::new(Cause::Interrupted, "interrupted"));
        c.stop = stop;
    })
    .await;
    assert!(matches!(error, ConnectError::Cancelled(_)), "{error}");
}

#[tokio::test]
async fn an_app_whose_key_is_none_is_an_error() {
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    for text in [None, Some("no key")] {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let mut connect = connect_to(&github, GithubPolicy::default());
        let path = file.display().to_string();
        let env = from_env(
            &[
                ("GITHUB_APP_ID", "1"),
                ("GITHUB_APP_INSTALLATION_ID", "2"),
                ("GITHUB_APP_PEM_FILE", &path),
            ],
            GithubPolicy::default(),
        );
        connect.token = env.token;
        let error = GithubProvider::connect(connect).await.unwrap_err();
        assert!(matches!(error, ConnectError::App { .. }), "{error}");
        assert!(error.to_string().contains("key.pem"), "{error}");
    }
    assert_eq!(github.served.lines(), [""; 0]);
}

/// A private key in PEM form, made for this run.
fn key() -> String {
    use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use base64::Engine as _;

    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let text = base64::engine::general_purpose::STANDARD.encode(der.as_ref());
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n")
}

#[tokio::test]
async fn an_app_shows_the_token_of_its_installation() {
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("key.pem");
    std::fs::write(&key_file, key()).unwrap();
    let github = Github::start(Estate::of(Repo::good(SHOP))).await;
    let app = |installation_id| Token::App {
        app_id: 12,
        installation_id,
        key_file: key_file.clone(),
    };
    let mut connect = connect_to(&github, GithubPolicy::default());
    connect.token = Some(app(7));
    let run = audit_as(connect, CancellationToken::never()).await;
    github.served.violations.assert_none();
    assert_eq!(run.with("unknown"), [""; 0]);
    assert_eq!(run.with("fail"), [""; 0]);
    let lines = github.served.lines();
    let asked = lines.iter().filter(|l| l.contains("access_tokens"));
    assert_eq!(asked.count(), 1, "one token for all calls");
    // another installation is not this App's
    let mut connect = connect_to(&github, GithubPolicy::default());
    connect.token = Some(app(8));
    let error = GithubProvider::connect(connect).await.unwrap_err();
    assert!(error.to_string().contains("GitHub answered 401"), "{error}");
}

#[tokio::test]
async fn an_enterprise_server_has_the_api_below_a_path() {
    let mut estate = Estate::of(Repo::good("acme/store"));
    estate
        .renamed
        .insert(SHOP.to_owned(), "acme/store".to_owned());
    estate.page = Some(1);
    let github = Github::start_unwatched(estate).await;
    let mut connect = connect_to(&github, GithubPolicy::default());
    connect.api_url = format!("{}/api/v3/", github.served.url);
    let run = audit_as(connect, CancellationToken::never()).await;
    assert_eq!(run.with("unknown"), [""; 0]);
    assert_eq!(run.with("fail"), [""; 0]);
    for line in github.served.lines() {
        assert!(line.starts_with("GET /api/v3/"), "{line}");
    }
}

#[test]
fn the_environment_says_where_and_as_whom() {
    let connect = from_env(
        &[
            ("GITHUB_API_URL", "https://github.example.com/api/v3"),
            ("GITHUB_TOKEN", "t"),
            ("GITHUB_REPOSITORY", "acme/shop"),
            ("HOME", "/home/x"),
        ],
        GithubPolicy::default(),
    );
    assert_eq!(connect.host(), "github.example.com");
    assert_eq!(connect.default_repository.as_deref(), Some("acme/shop"));
    assert!(connect.token.is_some());
    let cache = std::path::Path::new("/home/x/.cache/harden/github");
    assert_eq!(connect.cache.as_deref(), Some(cache));
    // the policy's server counts before the environment's, whose token is not for it
    let policy = GithubPolicy {
        api_url: Some("https://other.example.com/api/v3".to_owned()),
        ..GithubPolicy::default()
    };
    let connect = from_env(&[("GITHUB_TOKEN", "t"), ("GH_TOKEN", "t")], policy);
    assert_eq!(connect.host(), "other.example.com");
    assert!(connect.token.is_none());
    assert_eq!(
        from_env(&[], GithubPolicy::default()).host(),
        "api.github.com"
    );
}
