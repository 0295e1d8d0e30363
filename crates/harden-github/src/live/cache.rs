//! What was answered before, to ask whether it changed (conditional requests).
//!
//! An entry holds the ETag, the address of the next page, and the answer as the type that it was
//! read into: names, times and settings, never a value of a secret or a variable, since no such
//! type has a field for one. Files of a repository are not kept. An entry is found by a hash of
//! token, server and address, so that one token never sees what another may read.
//!
//! An entry decides what a later audit believes. So the directory must belong to the user and be closed to
//! others, no link is followed, and each entry has a code that only the holder of the token can compute
//! over where it belongs and what it holds. An entry that was changed, moved or damaged counts as
//! missing. No HTTP cache of the ecosystem keeps less than the whole body.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Longer answers are read anew each time.
const MAX_ENTRY: usize = 256 * 1024;
/// The length of the code in front of an entry: a SHA-256 in hexadecimal.
const CODE_LENGTH: usize = 64;
/// Entries that were not used in this time are deleted.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// A directory of answers.
pub(super) struct Cache {
    directory: PathBuf,
    /// Goes into each entry's name: the token, and the address of the API.
    key: SecretString,
    made: AtomicU64,
}

/// An answer that was kept.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry<T> {
    pub(super) etag: String,
    pub(super) next: Option<String>,
    pub(super) body: T,
}

impl Cache {
    /// Opens a directory, makes it where it does not exist, and deletes what is too old. None
    /// where it cannot be made, or where others can use it: an audit works without a cache.
    pub(super) async fn open(directory: PathBuf, key: SecretString) -> Option<Self> {
        make_private(&directory).await.ok()?;
        if !is_private(&directory).await {
            return None;
        }
        prune(&directory).await;
        Some(Self {
            directory,
            key,
            made: AtomicU64::new(0),
        })
    }

    /// The entry of an address, as it was read by an operation.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        url: &str,
        as_type: &str,
    ) -> Option<Entry<T>> {
        let file = self.file(url, as_type);
        let found = tokio::fs::symlink_metadata(&file).await.ok()?;
        if !found.is_file() || found.len() > (MAX_ENTRY + CODE_LENGTH) as u64 {
            return None;
        }
        let kept = tokio::fs::read(&file).await.ok()?;
        let (code, text) = kept.split_at_checked(CODE_LENGTH)?;
        let expected = self.code(url, as_type, text)?;
        expected.verify_slice(&from_hex(code)?).ok()?;
        serde_json::from_slice(text).ok()
    }

    /// The code of an entry, keyed by the credentials.
    fn code(&self, url: &str, as_type: &str, text: &[u8]) -> Option<Hmac<Sha256>> {
        let mut code = Hmac::<Sha256>::new_from_slice(self.key.expose_secret().as_bytes()).ok()?;
        for part in [env!("CARGO_PKG_VERSION"), as_type, url] {
            code.update(&(part.len() as u64).to_be_bytes());
            code.update(part.as_bytes());
        }
        code.update(text);
        Some(code)
    }

    /// Keeps an answer. One that cannot be written is read anew the next time.
    pub(super) async fn put<T: Serialize>(&self, url: &str, as_type: &str, entry: &Entry<&T>) {
        if let Ok(text) = serde_json::to_vec(entry)
            && text.len() <= MAX_ENTRY
            && let Some(code) = self.code(url, as_type, &text)
        {
            let code = to_hex(&code.finalize().into_bytes());
            let text = [code.as_bytes(), &text].concat();
            let n = self.made.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}.{n}.new", std::process::id());
            let new = self.directory.join(name);
            let _ = replace(&self.file(url, as_type), &new, &text).await;
        }
    }

    fn file(&self, url: &str, as_type: &str) -> PathBuf {
        let mut hash = Sha256::new();
        // the version of what is kept: another program's types may read other fields
        for part in [
            env!("CARGO_PKG_VERSION"),
            as_type,
            self.key.expose_secret(),
            url,
        ] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        self.directory.join(to_hex(&hash.finalize()) + ".json")
    }
}

#[cfg(unix)]
async fn make_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = tokio::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(directory).await
}

#[cfg(not(unix))]
async fn make_private(directory: &Path) -> std::io::Result<()> {
    tokio::fs::create_dir_all(directory).await
}

/// Whether a directory belongs to this user, is not a link, and nobody else can use it.
#[cfg(unix)]
async fn is_private(directory: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let found = tokio::fs::symlink_metadata(directory).await;
    found.is_ok_and(|found| {
        let is_own = found.uid() == rustix::process::geteuid().as_raw();
        found.is_dir() && is_own && found.mode() & 0o077 == 0
    })
}

#[cfg(not(unix))]
async fn is_private(directory: &Path) -> bool {
    let found = tokio::fs::symlink_metadata(directory).await;
    found.is_ok_and(|found| found.is_dir())
}

/// Writes a new file and puts it in the place of the old, so that no reader sees half of one.
async fn replace(file: &Path, new: &Path, text: &[u8]) -> std::io::Result<()> {
    use tokio::io::AsyncWriteExt as _;

    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    let written = async {
        let mut open = options.open(new).await?;
        open.write_all(text).await?;
        open.flush().await?;
        tokio::fs::rename(new, file).await
    };
    let result = written.await;
    if result.is_err() {
        let _ = tokio::fs::remove_file(new).await;
    }
    result
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let pairs = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs.collect()
}

async fn prune(directory: &Path) {
    let Ok(mut entries) = tokio::fs::read_dir(directory).await else {
        return;
    };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let Ok(meta) = entry.metadata().await else {
            continue;
        };
        let age = meta.modified().ok().and_then(|time| time.elapsed().ok());
        let ours = entry
            .path()
            .extension()
            .is_some_and(|e| e == "json" || e == "new");
        if meta.is_file() && ours && age.is_some_and(|age| age > MAX_AGE) {
            let _ = tokio::fs::remove_file(entry.path()).await;
        }
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cache").field(&self.directory).finish()
    }
}
