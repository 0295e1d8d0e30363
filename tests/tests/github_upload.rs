//! A SARIF file, sent to code scanning.
#![cfg(feature = "web")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use harden_github::live::{Connect, Processed, Token, Upload, UploadError, upload};
use harden_tests::fakes::github::{Estate, Github, Repo, TOKEN};

const SARIF: &str = r#"{"version":"2.1.0","runs":[]}"#;

fn connect(github: &Github) -> Connect {
    let mut connect = Connect::new(Arc::default(), "2026-01-15T12:00:00Z".parse().unwrap());
    connect.api_url = github.served.url.clone();
    connect.token = Some(Token::Bearer(TOKEN.to_owned().into()));
    connect.backoff = Duration::from_millis(1);
    connect.patience = Duration::from_secs(1);
    connect
}

fn file() -> Upload {
    Upload {
        repository: "acme/shop".to_owned(),
        commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
        git_ref: "refs/heads/main".to_owned(),
        sarif: SARIF.to_owned(),
        checkout_uri: Some("file:///work/shop".to_owned()),
        started_at: Some("2026-01-15T11:59:00Z".parse().unwrap()),
        wait: Duration::from_secs(2),
        every: Duration::from_millis(10),
    }
}

fn estate() -> Estate {
    Estate::of(Repo::good("acme/shop"))
}

#[tokio::test]
async fn a_file_is_sent_packed_and_waited_for() {
    let github = Github::start(Estate {
        sarif_pending: 3,
        ..estate()
    })
    .await;
    let done = upload(connect(&github), &file()).await.unwrap();
    github.served.violations.assert_none();
    assert_eq!(
        done,
        Processed::Complete {
            id: "sarif-1".to_owned()
        }
    );
    let sent = github.lock().sarifs[0].clone();
    assert_eq!(sent.repository, "acme/shop");
    assert_eq!(sent.body["ref"], "refs/heads/main");
    assert_eq!(sent.body["tool_name"], "harden");
    let packed = sent.body["sarif"].as_str().unwrap();
    let gzip = base64::engine::general_purpose::STANDARD
        .decode(packed)
        .unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*gzip)
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, SARIF);
    let lines = github.served.lines();
    assert_eq!(
        lines.iter().filter(|l| l.starts_with("GET")).count(),
        4,
        "{lines:?}"
    );
}

#[tokio::test]
async fn what_github_finds_wrong_is_said() {
    let github = Github::start(Estate {
        sarif_errors: vec!["locationFromSarifResult:\nexpected a physical location".to_owned()],
        ..estate()
    })
    .await;
    let error = upload(connect(&github), &file()).await.unwrap_err();
    github.served.violations.assert_none();
    assert!(matches!(error, UploadError::Rejected { .. }), "{error}");
    assert!(
        error.to_string().contains("expected a physical location"),
        "{error}"
    );
    assert!(!error.to_string().contains('\n'), "{error}");
}

#[tokio::test]
async fn a_file_that_is_not_processed_in_time_is_pending() {
    let github = Github::start(Estate {
        sarif_pending: u32::MAX,
        ..estate()
    })
    .await;
    let file = Upload {
        wait: Duration::from_millis(30),
        ..file()
    };
    let done = upload(connect(&github), &file).await.unwrap();
    assert!(matches!(done, Processed::Pending { .. }), "{done:?}");
}

/// A signal ends the wait: what GitHub accepted by then is pending.
#[tokio::test]
async fn a_cancelled_upload_ends_at_once() {
    let github = Github::start(Estate {
        sarif_pending: u32::MAX,
        ..estate()
    })
    .await;
    let (handle, token) = harden_core::StopHandle::new();
    let mut connect = connect(&github);
    connect.stop = token;
    let file = Upload {
        wait: Duration::from_secs(60),
        every: Duration::from_secs(60),
        ..file()
    };
    let stop = async {
        while github.lock().sarifs.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        handle.stop(harden_core::Unknown::new(
            harden_core::Cause::Interrupted,
            "stopped",
        ));
    };
    let begun = std::time::Instant::now();
    let (done, ()) = tokio::join!(upload(connect, &file), stop);
    assert!(matches!(done.unwrap(), Processed::Pending { .. }));
    assert!(begun.elapsed() < Duration::from_secs(10));
}

/// A proxy is for other machines: it never sees the token of a server on this one.
#[tokio::test]
async fn a_token_for_this_machine_goes_through_no_proxy() {
    let github = Github::start(estate()).await;
    let file = tempfile::tempdir().unwrap();
    std::fs::write(file.path().join("a.sarif"), SARIF).unwrap();
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    // the proxy is read from the environment of a process, so the upload runs in one of its own
    command
        .args(["--exact", "uploads_for_another_test"])
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("http_proxy", "http://127.0.0.1:9")
        .env("ALL_PROXY", "http://127.0.0.1:9")
        .env("HARDEN_TEST_SERVER", &github.served.url);
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output = output.unwrap().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert_eq!(github.lock().sarifs.len(), 1);
}

/// The process of the test above. By itself it does nothing.
#[tokio::test]
async fn uploads_for_another_test() {
    let Ok(url) = std::env::var("HARDEN_TEST_SERVER") else {
        return;
    };
    let mut connect = Connect::new(Arc::default(), "2026-01-15T12:00:00Z".parse().unwrap());
    connect.api_url = url;
    connect.token = Some(Token::Bearer(TOKEN.to_owned().into()));
    upload(connect, &file()).await.unwrap();
}

#[tokio::test]
async fn each_refusal_is_an_error_of_its_own() {
    let refused = |status, message| async move {
        let mut estate = estate();
        estate.refuse.push(("/code-scanning", status, message));
        let github = Github::start(estate).await;
        upload(connect(&github), &file()).await.unwrap_err()
    };
    let off = "Code Security must be enabled for this repository to use code scanning.";
    let error = refused(403, off).await;
    assert!(matches!(error, UploadError::Refused(_)), "{error}");
    assert!(
        error.to_string().contains("security_events=write"),
        "{error}"
    );
    let error = refused(404, "Not Found").await;
    assert!(matches!(error, UploadError::Refused(_)), "{error}");
    let error = refused(413, "too large").await;
    assert!(matches!(error, UploadError::TooLarge), "{error}");
    for status in [400, 422, 503] {
        let error = refused(status, "no").await;
        assert!(matches!(error, UploadError::Failed(_)), "{status}: {error}");
    }
}

#[tokio::test]
async fn what_can_not_be_right_is_not_sent() {
    let github = Github::start(estate()).await;
    let bad = |change: &dyn Fn(&mut Upload)| {
        let mut file = file();
        change(&mut file);
        let connect = connect(&github);
        async move { upload(connect, &file).await.unwrap_err() }
    };
    for error in [
        bad(&|f| f.repository = "acme".to_owned()).await,
        bad(&|f| f.commit = "0123abc".to_owned()).await,
        bad(&|f| f.commit = "Z".repeat(40)).await,
        bad(&|f| f.git_ref = "main".to_owned()).await,
        bad(&|f| f.git_ref = "refs/heads/".to_owned()).await,
        bad(&|f| f.sarif = "<xml>".to_owned()).await,
    ] {
        assert!(matches!(error, UploadError::Bad(_)), "{error}");
    }
    let mut wrong = connect(&github);
    wrong.token = None;
    let error = upload(wrong, &file()).await.unwrap_err();
    assert!(matches!(error, UploadError::Connect(_)), "{error}");
    assert_eq!(github.served.lines(), [""; 0]);
}
