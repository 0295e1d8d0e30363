//! The words of a name.

/// Endings that names write together with the word before, as in `PGPASSWORD`, and the words that
/// each consists of.
const JOINED: &[(&str, &[&str])] = &[
    ("password", &["password"]),
    ("passwd", &["passwd"]),
    ("passphrase", &["passphrase"]),
    ("secret", &["secret"]),
    ("token", &["token"]),
    ("apikey", &["api", "key"]),
    ("authkey", &["auth", "key"]),
    ("privatekey", &["private", "key"]),
    ("accesskey", &["access", "key"]),
    ("secretkey", &["secret", "key"]),
    ("encryptionkey", &["encryption", "key"]),
    ("signingkey", &["signing", "key"]),
    ("licensekey", &["license", "key"]),
    ("masterkey", &["master", "key"]),
    ("publickey", &["public", "key"]),
    ("webhook", &["webhook"]),
];

/// Endings that are words of a language too (`COMPASS`), so that they are split only after one of
/// [`HOLDERS`].
const SHORT: &[&str] = &["pass", "pwd", "pswd", "pw"];

/// What has a password, as names write it together with a short ending: `DBPASS`.
const HOLDERS: &[&str] = &[
    "admin",
    "api",
    "app",
    "bind",
    "cert",
    "client",
    "db",
    "elastic",
    "email",
    "ftp",
    "git",
    "grafana",
    "http",
    "imap",
    "influx",
    "jenkins",
    "jks",
    "jwt",
    "kafka",
    "key",
    "keystore",
    "ldap",
    "mail",
    "mongo",
    "mq",
    "my",
    "mysql",
    "neo4j",
    "nexus",
    "oracle",
    "p12",
    "pfx",
    "pg",
    "postgres",
    "proxy",
    "rabbit",
    "rabbitmq",
    "rds",
    "redis",
    "root",
    "service",
    "sftp",
    "smb",
    "smtp",
    "sql",
    "ssh",
    "sudo",
    "svn",
    "truststore",
    "user",
    "vpn",
    "web",
    "wifi",
];

/// The words that can be numbered: `PASSWORD2` has the word `password`, and `AUTH0` is a name.
const NUMBERED: &[&str] = &[
    "credential",
    "key",
    "pass",
    "passphrase",
    "passwd",
    "password",
    "pw",
    "pwd",
    "secret",
    "token",
];

/// Whether a word names what has a password: `PASSWORD_DB` is a password.
pub(super) fn holds_password(word: &str) -> bool {
    HOLDERS.contains(&word)
}

/// Splits a name into its words, in lower case. A number right after a credential's word is a word.
///
/// `acme/jwtSecret`, `JWTSecret`, `JWT_SECRET` and `jwt-secret` all have the words `jwt` and
/// `secret`.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let (before, after) = chars.split_at(i);
        let begins = c.is_uppercase()
            && match before {
                [.., last] if last.is_lowercase() || last.is_numeric() => true,
                // one capital before it is part of the word, as in OAuth
                [.., first, last] if first.is_uppercase() && last.is_uppercase() => {
                    begins_after_capitals(after)
                }
                _ => false,
            };
        if begins || !c.is_alphanumeric() {
            push(&mut words, std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    push(&mut words, word);
    words
}

/// Whether a word begins at the first of these characters, which is a capital after capitals: at
/// the `S` of `JWTSecret`, but not at the `I` of `APIs` and `APIkey`.
fn begins_after_capitals(rest: &[char]) -> bool {
    let small: String = rest
        .iter()
        .skip(1)
        .take_while(|c| c.is_lowercase())
        .collect();
    let one_word = matches!(&*small, "" | "s" | "key" | "keys")
        || JOINED.iter().any(|(ending, _)| *ending == small);
    !one_word
}

fn push(words: &mut Vec<String>, word: String) {
    if word.is_empty() {
        return;
    }
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &word[bare.len()..];
    match joined(bare) {
        Some(parts) => {
            let numbered = parts.last().is_some_and(|last| NUMBERED.contains(last));
            if number.is_empty() || numbered {
                words.extend(parts.into_iter().map(str::to_owned));
                words.extend((!number.is_empty()).then(|| number.to_owned()));
                return;
            }
            words.push(word);
        }
        None => words.push(word),
    }
}

/// The words that are written together in a word, or the word of a credential alone.
fn joined(word: &str) -> Option<Vec<&str>> {
    let whole = JOINED
        .iter()
        .find_map(|(ending, parts)| Some((word.strip_suffix(ending)?, *parts)));
    if let Some((rest, parts)) = whole {
        let rest = (!rest.is_empty()).then_some(rest);
        return Some(rest.into_iter().chain(parts.iter().copied()).collect());
    }
    let short = SHORT.iter().find_map(|ending| {
        let holder = word.strip_suffix(ending)?;
        HOLDERS.contains(&holder).then_some(vec![holder, ending])
    });
    short.or_else(|| NUMBERED.contains(&word).then(|| vec![word]))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn every_spelling_has_the_same_words() {
        for name in [
            "jwtSecret",
            "JWT_SECRET",
            "jwt-secret",
            "/jwt.secret/",
            "JwtSecret",
            "JWTSecret",
            "JWTSECRET",
            "JWTsecret",
            "jwtsecret",
        ] {
            assert_eq!(words(name), ["jwt", "secret"], "{name}");
        }
        assert!(words("--").is_empty());
    }

    #[test]
    fn capitals_and_joined_words_are_split() {
        for (name, expected) in [
            ("APIToken", "api token"),
            ("saaspe/DBPassword", "saaspe db password"),
            ("PGPASSWORD", "pg password"),
            ("OPENAI_APIKEY", "openai api key"),
            ("APIkey", "api key"),
            ("PRIVATEKEY", "private key"),
            ("MYAPIKeyID", "myapi key id"),
            ("keyIDs", "key ids"),
            ("APIs", "apis"),
            ("OAuthClient", "oauth client"),
            ("S3Bucket", "s3 bucket"),
            ("MAX_TOKENS", "max tokens"),
            ("TOKENURL", "tokenurl"),
            ("DBPASSWORDFILE", "dbpasswordfile"),
            ("DBPASS_1", "db pass 1"),
            ("DB_PASSWORD2", "db password 2"),
            ("SMTPPW", "smtp pw"),
            ("TS_AUTHKEY", "ts auth key"),
            ("AUTH0_DOMAIN", "auth0 domain"),
            ("ERC20_TOKEN", "erc20 token"),
            ("COMPASS", "compass"),
            ("BYPASS", "bypass"),
            ("MONKEY", "monkey"),
            ("BASE64", "base64"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }
}
