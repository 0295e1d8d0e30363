//! Whether a resource is production.

use harden_core::{Known, glob_matches_any};

use crate::policy::NonproductionPolicy;
use crate::resources::Tags;

/// Whether a resource is production. Its environment tag decides first (key and value in any case,
/// since both spellings are common), then its name. Without either, it is production.
pub(crate) fn is_production(
    name: &str,
    tags: &Known<Tags>,
    policy: &NonproductionPolicy,
) -> Known<bool> {
    tags.as_ref().map(|tags| {
        let environment = tags
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(&policy.tag));
        match environment {
            Some((_, value)) => policy
                .production_values
                .iter()
                .any(|p| p.eq_ignore_ascii_case(value)),
            None => !glob_matches_any(&policy.names, name),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_decides_before_the_name() {
        let policy = NonproductionPolicy::default();
        let tagged = |key: &str, value: &str| Known::Yes(Tags::from_iter([(key, value)]));
        let none = Known::Yes(Tags::default());
        for (name, tags, expected) in [
            ("app", &none, true),
            ("app-staging", &none, false),
            ("app-staging", &tagged("Environment", "Production"), true),
            ("app", &tagged("environment", "dev"), false),
            ("app", &tagged("team", "dev"), true),
        ] {
            assert_eq!(
                is_production(name, tags, &policy),
                Known::Yes(expected),
                "{name} {tags:?}"
            );
        }
        assert!(!is_production("app", &Known::default(), &policy).is_known());
    }
}
