//! The releases of `actions/checkout`, and which of them refuse the code of strangers.
//!
//! Since version 7.0, and since 2.8, 3.7, 4.4, 5.1 and 6.1 of the older lines, the action refuses the
//! head of a pull request from a fork on `pull_request_target`, and on `workflow_run` after a pull
//! request, unless `allow-unsafe-pr-checkout` is set. The tags `v2` to `v7` are moved to such releases.
//! Source: `src/unsafe-pr-checkout-helper.ts` and the tags of the action's repository.

use super::checkouts::Guard;
use crate::resources::workflow::Step;

/// The first minor release of each major release that refuses.
const REFUSES_SINCE: &[(u32, u32)] = &[(2, 8), (3, 7), (4, 4), (5, 1), (6, 1), (7, 0)];

/// The commits of the releases.
const COMMITS: &[(&str, &str)] = &[
    ("01aecccf739ca6ff86c0539fbc67a7a5007bbc81", "2.1.0"),
    ("0717577d45739eb3c851188b29f50ed6c0b2194e", "2.8.0"),
    ("08c6903cd8c0fde910a37f88322edcfb5dd907a8", "5.0.0"),
    ("08eba0b27e820071cde6df949e0beb9ba4906955", "4.3.0"),
    ("0ad4b8fadaa221de15dcec353f45205ec38ea70b", "4.1.4"),
    ("11bd71901bbe5b1630ceea73d27597364c9af683", "4.2.2"),
    ("11d5960a326750d5838078e36cf38b85af677262", "4.4.0"),
    ("1af3b93b6815bc44a9784bd300feb67ff0d1eeb3", "6.0.0"),
    ("1d96c772d19495a3b5c517cd2bc0cb401ea0529f", "4.1.3"),
    ("1e204e9a9253d643386038d443f96446fa156a97", "2.3.5"),
    ("1e31de5234b9f8995739874a8ce0492dc87873e2", "4.0.0"),
    ("2036a08e25fa78bbd946711a407b529a0a1204bf", "2.3.2"),
    ("24cb9080177205b6e8c946b17badbe402adc938f", "3.4.0"),
    ("2541b1294d2704b0964813337f33b291d3f8596b", "3.0.2"),
    ("28c7f3d2b5162b5ddd3dfd9a45aa55eaf396478b", "2.3.1"),
    ("34e114876b0b11c390a56381ad16ebd13914f8d5", "4.3.1"),
    ("3d3c42e5aac5ba805825da76410c181273ba90b1", "7.0.1"),
    ("44c2b7a8a4ea60a981eaca3cf939b5f4305c123b", "4.1.5"),
    ("5a4ac9002d0be2fb38bd78e4b4dbde5606d7042f", "2.3.4"),
    ("692973e3d937129bcbf40652eb9f2f61becf3332", "4.1.7"),
    ("722adc63f1aa60a57ec37892e133b1d319cae598", "2.0.0"),
    ("755da8c3cf115ac066823e79a1e1788f8940201b", "3.2.0"),
    ("7884fcad6b5d53d10323aee724dc68d8b9096a2e", "2.4.2"),
    ("83b7061638ee4956cf7545a6f7efe594e5ad0247", "3.5.1"),
    ("86f86b36ef15e6570752e7175f451a512eac206b", "2.1.1"),
    ("8ade135a41bc03ea155e62e844d188df1ea18608", "4.1.0"),
    ("8e5e7e5ab8b370d6c329ec480221332ada57f0ab", "3.5.2"),
    ("8e8c483db84b4bee98b60c0593521ed34d9990e8", "6.0.1"),
    ("8f4b7f84864484a7bf31766abe9204da3cbe65b3", "3.5.0"),
    ("93cb6efe18208431cddfb8368fd83d5badbf9bfd", "5.0.1"),
    ("93ea575cb5d8a053eaa0ac8fa3b40d7e05a33cc8", "3.1.0"),
    ("9bb56186c3b09b4f86b1c65136769dd318469633", "4.1.2"),
    ("9c091bb21b7c1c1d1991bb908d89e4e9dddfe3e0", "7.0.0"),
    ("a12a3943b4bdde767164f792f33f40b04645d846", "3.0.0"),
    ("a37ce9120846195fa4ece8f58b268e6043cb2f26", "3.7.0"),
    ("a5ac7e51b41094c92402da3b24376905380afc29", "4.1.6"),
    ("a81bbbf8298c0fa03ea29cdc473d45769f953675", "2.3.3"),
    ("aabbfeb2ce60b5bd82389903509092c4648a9713", "2.2.0"),
    ("ac593985615ec2ede58e132d2e21d2b1cbd6127c", "3.3.0"),
    ("b4483adec309c0d01a5435c5e24eb40de5773ad9", "2.3.0"),
    ("b4ffde65f46336ab88eb53be808477a3936bae11", "4.1.1"),
    ("c85c95e3d7251135ab7dc9ce3241c5835cc595a9", "3.5.3"),
    ("d23441a48e516b6c34aea4fa41551a30e30af803", "6.1.0"),
    ("d632683dd7b4114ad314bca15554477dd762a938", "4.2.0"),
    ("dc323e67f16fb5f7663d20ff7941f27f5809e9b6", "2.6.0"),
    ("dcd71f646680f2efd8db4afa5ad64fdcba30e748", "3.0.1"),
    ("de0fac2e4500dabe0009e67214ff5f5447ce83dd", "6.0.2"),
    ("df4cb1c069e1874edd31b4311f1884172cec0e10", "6.0.3"),
    ("e2f20e631ae6d7dd3b768f56a5d2af784dd54791", "2.5.0"),
    ("ec3a7ce113134d7a93b817d10a8272cb61118579", "2.4.0"),
    ("ee0669bd1cc54295c223e0bb666b733df41de1c5", "2.7.0"),
    ("eef61447b9ff4aafe5dcd4e0bbf5d482be7e7871", "4.2.1"),
    ("f25a3a9f25bd5f4c5d77189cab02ff357b5aedeb", "2.4.1"),
    ("f43a0e5ff2bd294095638e18286ca9a3d1956744", "3.6.0"),
    ("fbc6f3992d24b796d5a048ff273f7fcc4a7b6c09", "5.1.0"),
];

/// Whether a checkout refuses the code of strangers.
pub(super) fn guard_of(step: &Step) -> Guard {
    match step
        .with
        .get("allow-unsafe-pr-checkout")
        .map(String::as_str)
    {
        None | Some("false" | "") => {}
        Some("true") => return Guard::None,
        Some(_) => {
            return Guard::Unclear(
                "the value of allow-unsafe-pr-checkout is known only when it runs".to_owned(),
            );
        }
    }
    let uses = step.uses.as_deref().unwrap_or_default();
    let reference = uses.rsplit_once('@').map_or("", |(_, reference)| reference);
    let is_commit = reference.len() == 40 && reference.bytes().all(|b| b.is_ascii_hexdigit());
    let version = if is_commit {
        let known = COMMITS
            .iter()
            .find(|(commit, _)| commit.eq_ignore_ascii_case(reference));
        known
            .map(|(_, version)| *version)
            .or(step.release.as_deref())
    } else if reference == "main" {
        return Guard::Refuses;
    } else {
        Some(reference.strip_prefix('v').unwrap_or(reference))
    };
    match version.and_then(refuses) {
        Some(true) => Guard::Refuses,
        Some(false) => Guard::None,
        None => Guard::Unclear(format!(
            "{uses} does not show its release, and releases since 4.4, 5.1, 6.1 and 7.0 refuse the \
             code of strangers"
        )),
    }
}

/// Whether a version refuses; `None` if it is not known. A major version alone is a tag that is moved to
/// a newer release: where the older lines got the guard later, the tag alone does not show it.
fn refuses(version: &str) -> Option<bool> {
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().ok());
    let major = numbers.next()??;
    let minor = match numbers.next() {
        Some(minor) => Some(minor?),
        None => None,
    };
    let since = REFUSES_SINCE.iter().find(|(line, _)| *line == major);
    match (since, minor) {
        (None, _) => Some(major > 7),
        (Some((_, since)), None) => (*since == 0).then_some(true),
        (Some((_, since)), Some(minor)) => Some(minor >= *since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_that_refuse_are_told_apart() {
        for (version, expected) in [
            ("7", Some(true)),
            ("7.0.1", Some(true)),
            ("8", Some(true)),
            ("6.0.3", Some(false)),
            ("6.1.0", Some(true)),
            ("4", None),
            ("4.3.1", Some(false)),
            ("4.4", Some(true)),
            ("2.7.0", Some(false)),
            ("1", Some(false)),
            ("releases/v4", None),
            ("4.x", None),
        ] {
            assert_eq!(refuses(version), expected, "{version}");
        }
    }
}
