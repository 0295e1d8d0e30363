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
fn what_begins_like_a_placeholder_is_none() {
    for (value, class) in [
        (
            "postgres://app:%40dm1nP4ss9@db.internal:5432/app",
            ValueClass::UrlPassword,
        ),
        ("postgres://app:$ecret9@db/app", ValueClass::UrlPassword),
        ("postgres://app:<Tr0ub4dor@db/app", ValueClass::UrlPassword),
        ("Server=db;Password=%40dm1nP4ss9;", ValueClass::UrlPassword),
        ("$uper5ecret!Pass9", ValueClass::Opaque),
        ("%Tr0ub4dor3xx", ValueClass::Opaque),
        ("{Tr0ub4dor3xx}", ValueClass::Opaque),
        ("$hunter", ValueClass::Word),
        ("postgres://app:%DB_PASSWORD%@db/app", ValueClass::Setting),
        ("postgres://app:$DB_PASSWORD@db/app", ValueClass::Setting),
        ("postgres://app:<password>@db/app", ValueClass::Setting),
        ("postgres://app:****@db/app", ValueClass::Setting),
        ("db;Pwd=$DB_PASSWORD", ValueClass::Word),
        ("$DB_PASSWORD", ValueClass::Reference),
        ("$(cat /run/secrets/jwt)", ValueClass::Reference),
        ("{{ jwt_secret }}", ValueClass::Reference),
        ("{JWT_SECRET}", ValueClass::Reference),
        ("<your-jwt-secret-1>", ValueClass::Reference),
        ("%JWT_SECRET%", ValueClass::Reference),
    ] {
        assert_eq!(ValueClass::of(value), class, "{value}");
    }
}

#[test]
fn a_path_is_no_key_that_begins_with_a_slash() {
    for (value, class) in [
        (
            "/7MDENGbPxRfiCYwJalrXUtnFEMIK7EXAMPLEKEY",
            ValueClass::Opaque,
        ),
        (
            "/7MDENG/bPxRfiCYwJalrXUtnFEMIK7EXAMPLEKE",
            ValueClass::Opaque,
        ),
        (
            "/prod/shop/Backend2/databasePasswordMain",
            ValueClass::Reference,
        ),
        ("/prod/db/password", ValueClass::Reference),
        ("/prod/Db2/Password9", ValueClass::Reference),
        ("/jwt", ValueClass::Reference),
        ("/id_ed25519.pem", ValueClass::Reference),
        ("~/keys/jwt-2024.pem", ValueClass::Reference),
        ("${HOME}/keys/jwt-2024.pem", ValueClass::Reference),
        ("$HOME/keys/Jwt-2024.pem", ValueClass::Reference),
    ] {
        assert_eq!(ValueClass::of(value), class, "{value}");
    }
}

#[test]
fn credentials_inside_urls_and_json_have_their_class() {
    let github = format!("ghp_{}", "aB3dE6gH9j".repeat(4));
    let in_json = token("credential in JSON");
    for (value, class) in [
        (
            format!("https://{github}@github.com/o/r"),
            token("GitHub token"),
        ),
        (
            format!("https://x-access-token:{github}@github.com/o/r"),
            token("GitHub token"),
        ),
        (
            r#"{"username":"app","password":"hunter2x9Q"}"#.to_owned(),
            in_json.clone(),
        ),
        (
            r#"{"db": [{"dbPassword": "hunter2"}]}"#.to_owned(),
            in_json.clone(),
        ),
        (r#"{"client_secret": "saaspe"}"#.to_owned(), in_json.clone()),
        (r#"{"token": "abc123de"}"#.to_owned(), in_json),
        (format!(r#"{{"a": "{github}"}}"#), token("GitHub token")),
        (
            r#"{"url": "redis://:s3cr3t@cache"}"#.to_owned(),
            ValueClass::UrlPassword,
        ),
        (
            r#"{"username":"app","password":"${DB_PASSWORD}"}"#.to_owned(),
            ValueClass::Setting,
        ),
        (
            r#"{"password":"","token":"arn:aws:ssm:us-east-2:1:parameter/x"}"#.to_owned(),
            ValueClass::Setting,
        ),
        (
            r#"{"password":{"min":12,"digits":true},"token":null}"#.to_owned(),
            ValueClass::Setting,
        ),
        (
            r#"{"site":"https://saaspe.com/","mail":"ops@saaspe.com"}"#.to_owned(),
            ValueClass::Setting,
        ),
        (
            r#"{"level":"info","Version":2}"#.to_owned(),
            ValueClass::Setting,
        ),
        ("{}".to_owned(), ValueClass::Setting),
    ] {
        assert_eq!(ValueClass::of(&value), class, "{value}");
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
        "é;PASSWORD=é",
        "{",
        "${",
        "%",
        "/",
    ] {
        let class = ValueClass::of(value);
        let text = serde_json::to_string(&class).unwrap();
        assert!(text.len() < 60, "{text}");
    }
}
