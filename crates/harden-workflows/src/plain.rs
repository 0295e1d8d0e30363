//! What of a file's text may be kept.
//!
//! People paste secrets into workflows. A text is kept only where a check reads it, and only where
//! it looks like a name: short, of a name's letters, and no word of it like a token.

/// What stands for a text that is not kept.
pub(super) const LEFT_OUT: &str = "…";

/// The longest text that is kept.
const LONGEST: usize = 120;

/// How tokens of well-known services begin.
const TOKENS: &[&str] = &[
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "ASIA",
    "xox",
    "sk-",
    "sk_",
    "pk_",
    "rk_",
    "sntrys_",
    "sntryu_",
    "npm_",
    "pypi-",
    "dop_",
    "eyJ",
    "AIza",
    "SG.",
    "hf_",
    "dckr_",
    "vercel_",
    "whsec_",
    "ya29.",
    "tfp_",
    "shpat_",
    "lin_",
    "sbp_",
];

/// A name: letters, digits and `. _ / - @ : *`.
pub(super) fn name(text: &str) -> Option<&str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._/-@:*+!?[]".contains(c);
    let text = text.trim();
    (!text.is_empty() && text.len() <= LONGEST && text.chars().all(fits) && !has_token(text))
        .then_some(text)
}

/// A name, or the mark of a text that is not kept.
pub(super) fn name_or_mark(text: &str) -> String {
    name(text).unwrap_or(LEFT_OUT).to_owned()
}

/// A title of several words, without those that look like a token.
pub(super) fn title(text: &str) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| if has_token(word) { LEFT_OUT } else { word })
        .collect();
    words.join(" ").chars().take(LONGEST).collect()
}

/// A reference to an action: `owner/repo/path@ref`, a local path, an image. A full commit is none
/// of a token.
pub(super) fn uses(text: &str) -> String {
    let text = text.trim();
    let (target, at) = match text.rsplit_once('@') {
        Some((target, at)) => (target, Some(at)),
        None => (text, None),
    };
    let commit = |at: &str| is_commit(at.strip_prefix("sha256:").unwrap_or(at));
    let target = name_or_mark(target);
    match at {
        Some(at) if commit(at) => format!("{target}@{at}"),
        Some(at) => format!("{target}@{}", name_or_mark(at)),
        None => target,
    }
}

/// Whether a text is a full commit: 40 or 64 hexadecimal digits.
pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether any run of a token's letters in a text looks like one.
fn has_token(text: &str) -> bool {
    if TOKENS.iter().any(|token| text.contains(token)) {
        return true;
    }
    let base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    let count = |run: &str, of: fn(&u8) -> bool| run.bytes().filter(of).count();
    let upper = |run: &str| count(run, u8::is_ascii_uppercase);
    let lower = |run: &str| count(run, u8::is_ascii_lowercase);
    // an AWS secret key is 40 letters of base64
    if text.len() == 40 && text.bytes().all(base64) && upper(text) > 1 && lower(text) > 1 {
        return true;
    }
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '+'))
        .any(|run| {
            let digits = count(run, u8::is_ascii_digit);
            let letters = upper(run) + lower(run);
            let mixed = upper(run) > 1 && lower(run) > 1;
            (run.len() >= 20 && digits >= 3 && letters > 0)
                || (run.len() >= 16 && digits >= 1 && mixed)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_not_kept() {
        for token in [
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "q9Zk2LmX8vTt4PbQ7w",
            "d41d8cd98f00b204e9800998ecf8427e",
            "two words",
            "hunter2;echo",
            "",
        ] {
            assert_eq!(name(token), None, "{token}");
        }
        assert_eq!(title("Deploy ghp_0123456789abcdef now"), "Deploy … now");
        assert_eq!(uses("a/b@d41d8cd98f00b204e9800998ecf8427e"), "a/b@…");
    }

    #[test]
    fn names_are() {
        for plain in [
            "production",
            "refs/heads/main",
            "release/2026-01",
            "v4.2.1",
            "saaspe-web",
            "release_candidate_2026_01_05",
        ] {
            assert_eq!(name(plain), Some(plain));
        }
        let pinned = "actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3";
        assert_eq!(uses(pinned), pinned);
    }
}
