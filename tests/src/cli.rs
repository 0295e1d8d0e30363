//! Runs of `harden-cli`, with nothing of the caller's environment.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::estate::Credentials;
use crate::{Estate, Report, paths};

/// A run in the making. It runs in an empty folder of its own, which is also its home.
#[derive(Debug)]
pub struct Harden {
    command: Command,
    folder: TempDir,
    limit: Duration,
    stdout: Stdio,
}

/// A run that has begun.
#[derive(Debug)]
pub struct Running {
    child: Child,
    folder: TempDir,
    limit: Duration,
    begun: Instant,
    stdout: JoinHandle<Vec<u8>>,
    stderr: JoinHandle<Vec<u8>>,
}

/// A run that has ended.
#[derive(Debug)]
pub struct Done {
    /// The exit code; -1 if a signal ended it.
    pub code: i32,
    /// What it printed.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
    /// How long it took.
    pub elapsed: Duration,
    folder: TempDir,
}

impl Harden {
    /// A run without credentials.
    #[must_use]
    pub fn new<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(paths::harden_cli());
        command
            .args(args)
            .env_clear()
            .env("HOME", folder.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(folder.path())
            .stdin(Stdio::null());
        Self {
            command,
            folder,
            limit: Duration::from_secs(60),
            stdout: Stdio::piped(),
        }
    }

    /// A run with the credentials of an estate.
    #[must_use]
    pub fn live<S: AsRef<OsStr>>(estate: &Estate, args: impl IntoIterator<Item = S>) -> Self {
        Self::new(args)
            .env("AWS_ENDPOINT_URL", &estate.endpoint)
            .env("AWS_REGION", &estate.region)
            .credentials(&estate.credentials)
    }

    /// With these credentials.
    #[must_use]
    pub fn credentials(self, credentials: &Credentials) -> Self {
        self.env("AWS_ACCESS_KEY_ID", &credentials.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key)
            .env("AWS_SESSION_TOKEN", &credentials.session_token)
    }

    /// With a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// With a file in its folder.
    #[must_use]
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// With its output into a file, `/dev/full` for one.
    #[must_use]
    pub fn stdout(mut self, path: &Path) -> Self {
        let file = std::fs::File::options().write(true).open(path);
        self.stdout = file.expect("the file for the output").into();
        self
    }

    /// It must end within this time; 60 s otherwise.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Begins it.
    #[must_use]
    pub fn start(mut self) -> Running {
        self.command.stdout(self.stdout).stderr(Stdio::piped());
        let begun = Instant::now();
        let mut child = self.command.spawn().expect("harden-cli starts");
        let stdout = read_all(child.stdout.take());
        let stderr = read_all(child.stderr.take());
        Running {
            child,
            folder: self.folder,
            limit: self.limit,
            begun,
            stdout,
            stderr,
        }
    }

    /// Runs it.
    #[must_use]
    pub fn run(self) -> Done {
        self.start().wait()
    }
}

impl Running {
    /// Interrupts it, as Ctrl-C does.
    pub fn interrupt(&self) {
        self.signal("INT");
    }

    /// Sends it a signal: `INT`, `TERM`, `HUP`.
    pub fn signal(&self, name: &str) {
        let (pid, option) = (self.child.id().to_string(), format!("-{name}"));
        let sent = Command::new("kill").args([&option, &pid]).status();
        assert!(sent.is_ok_and(|s| s.success()), "kill {option} {pid}");
    }

    /// How long it has run.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Waits for its end.
    #[must_use]
    pub fn wait(mut self) -> Done {
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("harden-cli can be waited for") {
                break status;
            }
            if self.begun.elapsed() > self.limit {
                let _ = self.child.kill();
                let stderr = self.stderr.join().unwrap_or_default();
                panic!(
                    "harden-cli did not end within {:?}: {}",
                    self.limit,
                    String::from_utf8_lossy(&stderr)
                );
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let elapsed = self.begun.elapsed();
        let text = |thread: JoinHandle<Vec<u8>>| {
            String::from_utf8(thread.join().unwrap()).expect("harden-cli prints UTF-8")
        };
        Done {
            code: status.code().unwrap_or(-1),
            stdout: text(self.stdout),
            stderr: text(self.stderr),
            elapsed,
            folder: self.folder,
        }
    }
}

impl Done {
    /// The same, if it ended with this code.
    #[must_use]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "exit code\nstderr: {}\nstdout: {:.4000}",
            self.stderr, self.stdout
        );
        self
    }

    /// The JSON report that it printed.
    #[must_use]
    pub fn report(&self) -> Report {
        Report::parse(&self.stdout).unwrap_or_else(|error| {
            panic!(
                "no JSON report: {error}\nexit code {}\nstderr: {}\nstdout: {:.2000}",
                self.code, self.stderr, self.stdout
            )
        })
    }

    /// A file in its folder.
    #[must_use]
    pub fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(name)).unwrap_or_else(|e| {
            panic!("{name}: {e}\nexit code {}\n{}", self.code, self.stderr);
        })
    }

    /// A text file in its folder.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.file(name)).expect("UTF-8")
    }

    /// The names of the files in its folder, hidden ones too.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// The path of a file in its folder, which lives as long as this.
    #[must_use]
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

/// Reads a pipe on a thread of its own, lest a full one stops the run.
fn read_all(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}
