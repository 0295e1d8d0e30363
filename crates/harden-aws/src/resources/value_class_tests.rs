use super::*;

fn token(whose: &str) -> ValueClass {
    ValueClass::Token(whose.to_owned())
}

#[test]
fn values_have_their_class() {
    // made up, in the documented forms; put together so that no scanner takes them for real
    let github = format!("ghp_{}", "aB3dE6gH9j".repeat(4));
    let stripe = format!("sk_live_{}", "4eC39HqLyjWDarjtT1zdp7dc");
    let jwt = format!("eyJhbGciOi.eyJzdWIiOi.{}", "c2lnbmF0dXJlc2ln");
    let pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE";
    for (value, class) in [
        ("", ValueClass::Empty),
        ("  ", ValueClass::Empty),
        (&*github, token("GitHub token")),
        (&*stripe, token("Stripe key")),
        (&*jwt, token("JSON Web Token")),
        (pem, token("private key")),
        ("AKIAIOSFODNN7EXAMPLE", token("AWS access key")),
        ("AKIAlowercase", ValueClass::Word),
        (
            "postgres://app:hunter2@db.internal:5432/app",
            ValueClass::UrlPassword,
        ),
        (
            "postgres://app:p@ss/w@db.internal/app",
            ValueClass::UrlPassword,
        ),
        (
            "Server=db;User=app;Password=hunter2;",
            ValueClass::UrlPassword,
        ),
        ("redis://:s3cr3t@cache:6379", ValueClass::UrlPassword),
        // a DSN has a public key for a user and no password
        (
            "https://0123456789abcdef@o1.ingest.sentry.io/2",
            ValueClass::Setting,
        ),
        ("postgres://app:${PASSWORD}@db/app", ValueClass::Setting),
        ("postgres://app@db/app", ValueClass::Setting),
        (
            "arn:aws:secretsmanager:us-east-2:1:secret:x-AbCdEf",
            ValueClass::Reference,
        ),
        ("/run/secrets/jwt", ValueClass::Reference),
        ("${JWT_SECRET}", ValueClass::Reference),
        ("true", ValueClass::Setting),
        ("3600", ValueClass::Word),
        ("90d", ValueClass::Setting),
        ("2.5h", ValueClass::Setting),
        ("production", ValueClass::Word),
        ("hunter2", ValueClass::Word),
        ("saaspe-production-service", ValueClass::Word),
        ("Tr0ub4dor&3", ValueClass::Opaque),
        ("9f86d081884c7d659a2feaa0c55ad015", ValueClass::Opaque),
        ("6f1ed002-ab5e-4c2b-9d5a-0c1d2e3f4a5b", ValueClass::Opaque),
        (
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            ValueClass::Opaque,
        ),
        (
            "the quick brown fox jumps over the lazy dog",
            ValueClass::Word,
        ),
    ] {
        assert_eq!(ValueClass::of(value), class, "{value}");
    }
}

#[test]
fn any_value_has_a_class() {
    for value in [
        "@",
        "://",
        "a://:@",
        "é".repeat(5000).as_str(),
        "\0",
        "=",
        "password=",
    ] {
        let class = ValueClass::of(value);
        let text = serde_json::to_string(&class).unwrap();
        assert!(text.len() < 60, "{text}");
    }
}
