//! What of a file's text is recorded: names.
//!
//! A fact has a name only where the syntax of workflows has one: an action, an environment, a job, a
//! branch, a variable, a script. Texts that may carry a value (the literals of `env`, of `with` and of
//! conditions, the text of a script) are never recorded; where a check needs to know something of
//! one, that property is the fact.
//!
//! There is one more check: a credential may be typed where a name belongs. A word that has the
//! published format of a credential from its first letter to its last is left out of a name.

/// What is in the place of a text that is not recorded.
pub(crate) const LEFT_OUT: &str = "…";

/// The longest name, in bytes. GitHub's own limits are 255 and less.
const LONGEST: usize = 300;

/// The formats of credentials: how they begin, and how many letters follow at least. Source: the
/// vendors' pages on their tokens, as secret scanners use them.
const FORMATS: &[(&str, usize)] = &[
    ("ghp_", 16),
    ("gho_", 16),
    ("ghu_", 16),
    ("ghs_", 16),
    ("ghr_", 16),
    ("github_pat_", 20),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("xoxr-", 20),
    ("xapp-", 20),
    ("sk_live_", 20),
    ("sk_test_", 20),
    ("rk_live_", 20),
    ("rk_test_", 20),
    ("pk_live_", 20),
    ("sk-proj-", 32),
    ("sk-ant-", 32),
    ("sntrys_", 20),
    ("sntryu_", 20),
    ("npm_", 36),
    ("pypi-AgE", 40),
    ("dop_v1_", 40),
    ("AIza", 35),
    ("hf_", 30),
    ("dckr_pat_", 20),
    ("whsec_", 24),
    ("ya29.", 20),
    ("shpat_", 32),
    ("lin_api_", 32),
    ("sbp_", 40),
    ("vault:v1:", 20),
    ("hvs.", 20),
];

/// A name of one word or several: as it is, but for words that are credentials.
pub(crate) fn title(text: &str) -> String {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| if has_credential(word) { LEFT_OUT } else { word })
        .collect();
    let whole = words.join(" ");
    if whole.len() > LONGEST {
        return LEFT_OUT.to_owned();
    }
    whole
}

/// A name without white space; `None` where a text is not a name.
pub(crate) fn name(text: &str) -> Option<&str> {
    let text = text.trim();
    let fits = |c: char| !c.is_whitespace() && !c.is_control();
    let whole = !text.is_empty() && text.len() <= LONGEST && text.chars().all(fits);
    (whole && !has_credential(text)).then_some(text)
}

/// A name, or the mark of a text that is not recorded.
pub(crate) fn name_or_mark(text: &str) -> String {
    name(text).unwrap_or(LEFT_OUT).to_owned()
}

/// A word of a script that is a name: of a script, of a file, of a test. Of these the letters are
/// limited too, since a script's words may be anything.
pub(crate) fn word(text: &str) -> Option<&str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._/-@:*+!?[]".contains(c);
    name(text).filter(|text| text.len() <= 120 && text.chars().all(fits))
}

/// A `uses`: an action, a workflow, an image. A path of the repository itself is `./` and has no
/// `..` in it, however the file spells it (`$/` is another spelling of `./`).
pub(crate) fn uses(text: &str) -> String {
    let text = text.trim();
    match local(text) {
        Some(path) => name_or_mark(&path),
        None => name_or_mark(text),
    }
}

fn local(text: &str) -> Option<String> {
    let path = text
        .strip_prefix("./")
        .or_else(|| text.strip_prefix("$/"))?;
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            // out of the repository: as it is written
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(format!("./{}", parts.join("/")))
}

/// Whether a text names the head or the merge of a pull request by its ref: `refs/pull/7/merge`,
/// `pull/$N/head`.
pub(crate) fn names_pull(text: &str) -> bool {
    let after = text.to_ascii_lowercase();
    let after = after.split_once("pull/").map(|(_, after)| after);
    after.is_some_and(|after| {
        after.starts_with('*') || after.contains("/head") || after.contains("/merge")
    })
}

/// Whether a run of letters in a text is a credential.
fn has_credential(text: &str) -> bool {
    // the secret key of an AWS user: 40 letters of base64, and nothing that a person would write
    if text
        .split(['"', '\'', '=', ':', ',', '@'])
        .any(is_aws_secret)
    {
        return true;
    }
    let runs = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-.+:".contains(c)));
    runs.flat_map(|run| std::iter::once(run).chain(run.split(['-', ':', '.'])))
        .any(is_credential)
}

fn is_credential(run: &str) -> bool {
    let of_format = |(prefix, least): &(&str, usize)| {
        let rest = run.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.len() >= *least)
    };
    if FORMATS.iter().any(of_format) {
        return true;
    }
    let upper = |text: &str| {
        let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        text.bytes().all(fits)
    };
    let access_key = run.len() == 20 && (run.starts_with("AKIA") || run.starts_with("ASIA"));
    // a JSON web token: its header is JSON in base64
    let token = run.starts_with("eyJ") && run.matches('.').count() == 2;
    (access_key && upper(run)) || token
}

/// Whether a text is of the format of an AWS secret access key. A name of 40 letters has words in it,
/// which are runs of small letters.
fn is_aws_secret(text: &str) -> bool {
    let base64 = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    let has = |of: fn(&u8) -> bool| text.bytes().any(|b| of(&b));
    let longest_word = text
        .split(|c: char| !c.is_ascii_lowercase())
        .map(str::len)
        .max();
    text.len() == 40
        && text.bytes().all(base64)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && longest_word.unwrap_or_default() <= 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_names() {
        for credential in [
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "x/ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "sntrys_eyJpYXQiOjE3MDAwMDAwMDAuMDAwMDAwfQ",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "sk_live_51H0123456789abcdefghij",
            "two words",
            "",
        ] {
            assert_eq!(name(credential), None, "{credential}");
        }
        assert_eq!(title("Deploy ghp_0123456789abcdef now"), "Deploy … now");
    }

    #[test]
    fn names_survive() {
        for plain in [
            "production",
            "refs/heads/main",
            "release/2026-01",
            "release/1.0#x",
            "v4.2.1",
            "task-main",
            "TASK_TITLE",
            "FORK_REF",
            "WORK_REF",
            "npm_tag",
            "NPM_TAG",
            "HF_MODEL",
            "DESK_NAME",
            "APK_PATH",
            "BENCHMARK_ARGS",
            "KOTLIN_ARGS",
            "ProductionEuWest1Cluster",
            "runUnitAndE2ETests",
            "runUnitAndE2ETestsForTheApplicationIn2026",
            "release_candidate_2026_01_05",
            "d41d8cd98f00b204e9800998ecf8427e",
        ] {
            assert_eq!(name(plain), Some(plain));
        }
        for action in [
            "aws-actions/amazon-ecs-deploy-task-definition@df9643053eda01f169e64a0e60233aacca83799a",
            "my-org/setupJDK17WithGradleCache@v2",
            "./.github/actions/commentOnPullRequestV2",
            "acme/task-runner@v1",
            "docker://ghcr.io/acme/risk-scanner:1@sha256:0123",
        ] {
            assert_eq!(uses(action), action);
        }
    }

    #[test]
    fn paths_of_the_repository_have_one_spelling() {
        for (written, path) in [
            ("$/.github/actions/x", "./.github/actions/x"),
            ("./.github/actions/../actions/x", "./.github/actions/x"),
            ("./.github/./actions//x/", "./.github/actions/x"),
            ("./", "./"),
            ("./../x", "./../x"),
        ] {
            assert_eq!(uses(written), path);
        }
    }
}
