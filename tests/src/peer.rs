//! The AWS test peer: one process for each test executable.

use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::{http, paths};

/// A running `tests/aws/server.py`. It ends when its standard input closes: with this process at
/// the latest, however this ends.
#[derive(Debug)]
pub struct Peer {
    port: u16,
    server: Child,
}

/// The peer that the tests of this executable share. Each test has accounts of its own on it.
#[must_use]
pub fn peer() -> &'static Peer {
    static PEER: OnceLock<Peer> = OnceLock::new();
    PEER.get_or_init(Peer::start)
}

impl Peer {
    /// Starts one more: for a test that changes what holds for a whole server.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts one with settings of moto's, by their environment variables.
    #[must_use]
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let mut errors = tempfile::tempfile().expect("a temporary file");
        let mut server = Command::new(paths::python())
            .arg(paths::peer_file("server.py"))
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors.try_clone().unwrap())
            .spawn()
            .expect("the test peer starts");
        let mut line = String::new();
        BufReader::new(server.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = serde_json::from_str::<Value>(&line)
            .ok()
            .and_then(|said| u16::try_from(said["port"].as_u64()?).ok());
        let Some(port) = port else {
            let mut text = String::new();
            errors.rewind().unwrap();
            errors.read_to_string(&mut text).unwrap();
            panic!("the test peer did not start: {line}{text}");
        };
        Self { port, server }
    }

    /// Its URL, for AWS_ENDPOINT_URL.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A request to its control endpoint: `log`, `faults`, `state`, as `tests/aws/peer.py` has them.
    pub fn control(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        http::request(self.port, method, &format!("/harden/{path}"), body)
    }

    /// Adds faults, in the form of `tests/aws/faults.py`, to calls of one account.
    pub fn fault(&self, account: &str, fault: &Value) {
        let mut fault = fault.clone();
        fault["account"] = json!(account);
        self.control("POST", "faults", Some(&json!([fault])));
    }

    /// Takes an account's faults away; whoever hangs is let go.
    pub fn clear_faults(&self, account: &str) {
        self.control("DELETE", &format!("faults?account={account}"), None);
    }

    /// What was called with an account's credentials, in order.
    #[must_use]
    pub fn log(&self, account: &str) -> Vec<Value> {
        let log = self.control("GET", &format!("log?account={account}"), None);
        log.as_array().cloned().unwrap_or_default()
    }

    /// Forgets what was called so far.
    pub fn reset_log(&self, account: &str) {
        self.control("POST", &format!("log/reset?account={account}"), None);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        let _ = self.server.wait();
    }
}
