//! The words that describe a credential at the end of a name: the value is not one.

/// Whether the value of a name that ends with this word describes a credential and is not one:
/// `TOKEN_TTL`, `SECRET_ARN`, `PASSWORD_MIN_LENGTH`, `AUTH_DOMAIN`.
pub(super) fn is_about(word: &str) -> bool {
    ABOUT.binary_search(&word).is_ok()
}

/// Sorted, for the search.
#[rustfmt::skip]
const ABOUT: &[&str] = &[
    "adapter", "address", "addresses", "age", "alg", "algorithm", "algorithms", "alias", "arn",
    "arns", "attempts", "audience", "audiences", "authority", "auto", "backend", "backends", "bits",
    "bucket", "budget", "bytes", "cache", "callback", "channel", "chars", "charset", "claim",
    "claims", "class", "column", "complexity", "connector", "contract", "cookie", "cost", "count",
    "ctx", "curve", "cutoff", "date", "day", "days", "decimals", "dir", "directory", "disabled",
    "domain", "domains", "driver", "duration", "email", "enabled", "endpoint", "endpoints",
    "engine", "entropy", "env", "exp", "expiration", "expire", "expires", "expiry", "factory",
    "field", "file", "filename", "fingerprint", "flow", "folder", "form", "format", "freshness",
    "function", "generator", "grace", "grant", "grants", "handler", "hasher", "header", "headers",
    "history", "host", "hostname", "hosts", "hour", "hours", "id", "identifier", "ids", "in",
    "interval", "issuer", "issuers", "kid", "kind", "language", "leeway", "len", "length", "level",
    "library", "lifespan", "lifetime", "limit", "limits", "link", "list", "location", "lockout",
    "login", "logout", "manager", "max", "maximum", "method", "methods", "metrics", "mfa",
    "middleware", "min", "minimum", "minute", "minutes", "mode", "model", "module", "months",
    "mount", "ms", "name", "names", "namespace", "network", "number", "op", "origin", "origins",
    "owner", "pair", "param", "parser", "path", "paths", "pattern", "per", "percent", "period",
    "plugin", "policy", "pool", "port", "prefix", "prefixes", "price", "product", "prompt",
    "protocol", "provider", "providers", "proxy", "queue", "quota", "rate", "realm", "recovery",
    "redirect", "ref", "regex", "region", "regions", "required", "requirements", "reset",
    "resolver", "retention", "retries", "rotation", "rounds", "rule", "rules", "schedule", "scheme",
    "scope", "scopes", "screen", "second", "seconds", "secure", "sender", "serial", "server",
    "signup", "size", "skew", "slug", "source", "spec", "speed", "sso", "standard", "stats",
    "status", "storage", "store", "strategy", "strength", "subject", "suffix", "supply", "symbol",
    "teams", "tenant", "threshold", "throttle", "time", "timeout", "title", "tries", "ttl", "type",
    "types", "uri", "uris", "url", "urls", "usage", "user", "username", "users", "uuid",
    "validation", "validator", "validity", "vault", "vendor", "verification", "version", "versions",
    "website", "window", "years",
];

#[cfg(test)]
mod tests {
    use super::ABOUT;

    #[test]
    fn the_words_are_sorted_and_each_stands_once() {
        assert!(ABOUT.is_sorted(), "{ABOUT:?}");
        let mut once = ABOUT.to_vec();
        once.dedup();
        assert_eq!(once.len(), ABOUT.len());
    }
}
