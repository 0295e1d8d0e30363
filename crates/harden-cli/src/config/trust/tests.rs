use std::collections::{BTreeMap, BTreeSet};

use harden_runner::PolicyFile;

use super::*;
use crate::providers;

fn kinds(names: &[&'static str]) -> KindsByProvider {
    names
        .iter()
        .map(|name| (*name, BTreeSet::new()))
        .collect::<BTreeMap<_, _>>()
}

fn judge(policy: &str, origin: &Origin, vars: &[(&str, &str)]) -> Result<(), Failure> {
    let tables = providers::tables();
    let parsed = PolicyFile::parse(policy, "harden.toml", &tables, &providers::catalog());
    let (_, policies) = parsed.unwrap();
    let env = |name: &str| {
        let found = vars.iter().find(|(n, _)| *n == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let all = kinds(&["aws", "github", "sentry", "vercel"]);
    refuse_untrusted(&policies, origin, &all, &env)
}

const TOKENS: [(&str, &str); 3] = [
    ("SENTRY_AUTH_TOKEN", "t"),
    ("VERCEL_TOKEN", "t"),
    ("GH_ENTERPRISE_TOKEN", "t"),
];

const HOSTILE: [(&str, &str); 8] = [
    ("[sentry]\nurl = 'https://evil.example'", "evil.example"),
    ("[sentry]\nurl = 'http://sentry.io'", "http://sentry.io"),
    (
        "[sentry]\nurl = 'https://sentry.io@evil.example'",
        "evil.example",
    ),
    ("[sentry]\nurl = 'https://notsentry.io'", "notsentry.io"),
    ("[vercel]\napi_url = 'https://evil.example'", "evil.example"),
    ("[vercel]\napi_url = 'http://127.0.0.1:9'", "127.0.0.1:9"),
    (
        "[github]\napi_url = 'https://evil.example/api/v3'",
        "evil.example",
    ),
    (
        "[[aws.accounts]]\nid = '111122223333'\nexternal_id = 'x'\n\
         role_arn = 'arn:aws:iam::111122223333:role/evil'",
        "arn:aws:iam::111122223333:role/evil",
    ),
];

#[test]
fn a_found_file_sends_no_credential_elsewhere() {
    for (policy, named) in HOSTILE {
        let refused = judge(policy, &Origin::Found, &TOKENS).unwrap_err();
        assert!(refused.to_string().contains(named), "{refused}");
        judge(policy, &Origin::Named, &TOKENS).unwrap();
        let commit = Origin::Commit {
            name: "origin/main".to_owned(),
            commit: "0".repeat(40),
        };
        judge(policy, &commit, &TOKENS).unwrap();
    }
    // without the credential nothing is sent
    judge(HOSTILE[0].0, &Origin::Found, &[]).unwrap();
}

#[test]
fn the_hosts_of_the_vendor_and_of_the_environment_are_trusted() {
    for policy in [
        "[sentry]\nurl = 'https://sentry.io'",
        "[sentry]\nurl = 'https://us.sentry.io/'",
        "[vercel]\napi_url = 'https://api.vercel.com'",
        "[github]\napi_url = 'https://api.github.com'",
        "[github]\napi_url = 'https://api.octo.ghe.com'",
        "[aws]\nregions = ['us-east-2']\n[[aws.accounts]]\nid = '111122223333'",
    ] {
        judge(policy, &Origin::Found, &TOKENS).unwrap();
    }
    let with = |name: &'static str, value: &'static str| [&TOKENS[..], &[(name, value)]].concat();
    let own = "[sentry]\nurl = 'https://sentry.acme.example'";
    judge(
        own,
        &Origin::Found,
        &with("SENTRY_URL", "https://sentry.acme.example/"),
    )
    .unwrap();
    judge(
        own,
        &Origin::Found,
        &with("SENTRY_URL", "http://sentry.acme.example"),
    )
    .unwrap_err();
    judge(
        own,
        &Origin::Found,
        &with("SENTRY_URL", "https://sentry.acme.example:444"),
    )
    .unwrap_err();
    let own = "[github]\napi_url = 'https://git.acme.example/api/v3'";
    judge(own, &Origin::Found, &with("GH_HOST", "git.acme.example")).unwrap();
    judge(
        own,
        &Origin::Found,
        &with("GITHUB_API_URL", "https://git.acme.example/api/v3"),
    )
    .unwrap();
}

#[cfg(unix)]
#[test]
fn the_own_list_of_the_user_is_trusted_if_only_the_user_can_write_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("harden/trust.toml");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let list = "hosts = ['EVIL.example', 'notsentry.io', '127.0.0.1:9']\n\
                roles = ['arn:aws:iam::111122223333:role/evil']\n";
    std::fs::write(&path, list).unwrap();
    let mode = |mode| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o644);
    let home = folder.path().to_str().unwrap();
    let vars = [&TOKENS[..], &[("XDG_CONFIG_HOME", home)]].concat();
    for (policy, _) in HOSTILE {
        let is_listed =
            !policy.contains("sentry.io'") && !policy.contains('@') || policy.contains("notsentry");
        assert_eq!(
            judge(policy, &Origin::Found, &vars).is_ok(),
            is_listed,
            "{policy}"
        );
    }
    mode(0o666);
    let refused = judge(HOSTILE[0].0, &Origin::Found, &vars).unwrap_err();
    assert!(
        refused.to_string().contains("other users can write it"),
        "{refused}"
    );
}

/// The policy file has no other key that could send a credential somewhere: no proxy, no CA file, no key
/// file. A new key of this sort must be added here and to `host_keys`.
#[test]
fn no_other_key_of_the_policy_file_leads_elsewhere() {
    fn names(schema: &serde_json::Value, all: &mut BTreeSet<String>) {
        match schema {
            serde_json::Value::Object(map) => {
                if let Some(properties) = map.get("properties").and_then(|p| p.as_object()) {
                    all.extend(properties.keys().cloned());
                }
                map.values().for_each(|value| names(value, all));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| names(value, all)),
            _ => {}
        }
    }
    let mut all = BTreeSet::new();
    names(&providers::tables().schema(), &mut all);
    let words = [
        "url",
        "host",
        "proxy",
        "endpoint",
        "server",
        "ca_",
        "cert",
        "key_file",
        "pem",
        "path",
        "role_arn",
        "external_id",
        "profile",
        "token_file",
        "command",
    ];
    all.retain(|name| words.iter().any(|word| name.contains(word)));
    let known = [
        "api_url",
        "external_id",
        "role_arn",
        "smoke_commands",
        "url",
    ];
    assert_eq!(all.into_iter().collect::<Vec<_>>(), known);
}
