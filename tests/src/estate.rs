//! Estates on the test peer.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use crate::{Peer, paths, peer};

/// The region that estates are built in unless a test says otherwise.
pub(crate) const REGION: &str = "us-east-2";

/// Keys of a session.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The access key's id.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
    /// The session's token.
    pub session_token: String,
}

/// An estate: a variant of `tests/aws/variants.py` in an account of its own.
#[derive(Debug, Clone)]
pub struct Estate {
    /// The peer that it is on.
    pub endpoint: String,
    /// The account's number.
    pub account: String,
    /// The region.
    pub region: String,
    /// The moment that its ages are relative to, in whole seconds.
    pub now: String,
    /// Credentials that may do everything.
    pub credentials: Credentials,
    /// Sessions that may do only what `build_on` was told, by name.
    pub auditors: BTreeMap<String, Credentials>,
    names: BTreeMap<String, String>,
}

/// An account's number that no other test of this process has.
#[must_use]
pub fn new_account() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(555_000_000_001);
    NEXT.fetch_add(1, Ordering::Relaxed).to_string()
}

impl Estate {
    /// Builds a variant on the shared peer.
    #[must_use]
    pub fn build(variant: &str) -> Self {
        Self::build_on(
            peer(),
            variant,
            &new_account(),
            REGION,
            &BTreeMap::<String, Vec<String>>::new(),
        )
    }

    /// Builds a variant in an account and a region, with sessions that may do some actions only.
    #[must_use]
    pub fn build_on(
        peer: &Peer,
        variant: &str,
        account: &str,
        region: &str,
        auditors: &BTreeMap<String, Vec<String>>,
    ) -> Self {
        let endpoint = peer.endpoint();
        let mut command = Command::new(paths::python());
        command.arg(paths::peer_file("estate.py"));
        command.args(["--endpoint", &endpoint, "--variant", variant]);
        command.args(["--account", account, "--region", region]);
        let auditors_file = std::env::temp_dir().join(format!("auditors-{account}.json"));
        if !auditors.is_empty() {
            let table = serde_json::to_string(auditors).unwrap();
            // too long for an argument
            std::fs::write(&auditors_file, table).expect("a temporary file");
            command.arg("--auditors").arg(&auditors_file);
        }
        let output = command.output().expect("estate.py runs");
        let _ = std::fs::remove_file(&auditors_file);
        assert!(
            output.status.success(),
            "estate.py failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let built: Value = serde_json::from_slice(&output.stdout).expect("estate.py prints JSON");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let keys = |value: &Value| Credentials {
            access_key_id: text(&value["access_key_id"]),
            secret_access_key: text(&value["secret_access_key"]),
            session_token: text(&value["session_token"]),
        };
        let entries = |value: &Value| value.as_object().cloned().unwrap_or_default().into_iter();
        // the audit's moment has whole seconds; one second on, nothing is of the future
        let now = text(&built["now"]);
        let seconds = now.get(..19).expect("an RFC 3339 time").to_owned() + "Z";
        Self {
            endpoint,
            account: account.to_owned(),
            region: region.to_owned(),
            now: seconds,
            credentials: keys(&built["credentials"]),
            auditors: entries(&built["auditors"])
                .map(|(k, v)| (k, keys(&v)))
                .collect(),
            names: entries(&built["names"])
                .map(|(k, v)| (k, text(&v)))
                .collect(),
        }
    }

    /// The ARN of what the variant calls by a logical name.
    #[must_use]
    pub fn named(&self, logical: &str) -> &str {
        let name = self.names.get(logical);
        name.unwrap_or_else(|| panic!("the estate has no `{logical}`"))
    }
}
