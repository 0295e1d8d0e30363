//! No lister takes a default for what an answer lacks: an answer without a member that the service
//! always sends is unknown, and not an answer without resources.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};

use harden_tests::paths;

/// What gives a value where the answer has none. `Sent::sent` and `Sent::left_out_if_empty` of
/// `crates/harden-aws/src/live/sent.rs` are the ways that say which it is.
const DEFAULTS: [&str; 4] = [
    ".unwrap_or_default()",
    ".unwrap_or_else(Vec::new)",
    ".unwrap_or(vec![])",
    ".unwrap_or(&[])",
];

/// Accessors of the AWS SDK that give an empty list where the answer has none.
const EMPTY_LISTS: [&str; 6] = [
    ".actions()",
    ".attributes()",
    ".metrics()",
    ".subscribers()",
    ".tag_list()",
    ".tags()",
];

fn listers() -> Vec<PathBuf> {
    let mut all = Vec::new();
    for name in [
        "harden-aws",
        "harden-github",
        "harden-sentry",
        "harden-vercel",
    ] {
        let folder = paths::root().join("crates").join(name).join("src/live");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            if text.contains("impl Collect<") {
                all.push(path);
            }
        }
    }
    all.sort();
    all
}

/// The code before the tests of the file, without comments, by line.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = before_tests.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line.to_owned()))
        .collect()
}

#[test]
fn no_lister_takes_a_default() {
    let listers = listers();
    assert!(listers.len() > 60, "{}", listers.len());
    let mut found = Vec::new();
    for path in listers {
        let of_aws = path.to_string_lossy().contains("harden-aws");
        for (number, line) in code(&path) {
            let is_default = DEFAULTS.iter().any(|default| line.contains(default));
            let is_empty = of_aws && EMPTY_LISTS.iter().any(|accessor| line.contains(accessor));
            if is_default || is_empty {
                found.push(format!("{}:{number}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(
        found.is_empty(),
        "say that the service always sends it (`sent`), or where it is documented that it is left \
         out (`left_out_if_empty`):\n{}",
        found.join("\n")
    );
}
