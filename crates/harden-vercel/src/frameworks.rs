//! The prefixes of variables that frameworks build into pages, by the framework of the project.

use harden_core::{Known, Unknown, one_line};

/// Prefixes, each with the frameworks that write the values of such variables into the pages that
/// browsers get. A framework is named as in the project's `framework`. Sources: `envPrefix` in
/// Vercel's list of frameworks (<https://vercel.com/docs/environment-variables/framework-environment-variables>),
/// and the frameworks' own pages on environment variables.
const PREFIXES: &[(&str, &[&str])] = &[
    // Expo has no framework of its own at Vercel
    ("EXPO_PUBLIC_", &[]),
    ("GATSBY_", &["gatsby"]),
    ("GRIDSOME_", &["gridsome"]),
    ("NEXT_PUBLIC_", &["blitzjs", "nextjs"]),
    ("NG_APP_", &["angular", "ionic-angular", "scully"]),
    ("NUXT_ENV_", &["nuxtjs"]),
    ("NUXT_PUBLIC_", &["nuxtjs"]),
    ("PREACT_APP_", &["preact"]),
    (
        "PUBLIC_",
        &["astro", "hydrogen", "sveltekit", "sveltekit-1"],
    ),
    ("REACT_APP_", &["create-react-app", "ionic-react"]),
    ("REDWOOD_ENV_", &["redwoodjs"]),
    ("SANITY_STUDIO_", &["sanity", "sanity-v3"]),
    ("SNOWPACK_PUBLIC_", &[]),
    ("STORYBOOK_", &["storybook"]),
    ("UMI_APP_", &["umijs"]),
    (
        "VITE_",
        &[
            "hydrogen",
            "ionic-react",
            "preact",
            "react-router",
            "redwoodjs",
            "remix",
            "solidstart",
            "solidstart-1",
            "storybook",
            "sveltekit",
            "sveltekit-1",
            "vite",
            "vitepress",
            "vuepress",
        ],
    ),
    ("VUE_APP_", &["vue"]),
];

/// The prefix of a name that some framework builds into pages.
pub(crate) fn prefix_of(name: &str) -> Option<&'static str> {
    let mut all = PREFIXES.iter().map(|(prefix, _)| *prefix);
    all.find(|prefix| name.starts_with(prefix))
}

/// Whether one of these projects builds variables of a prefix into its pages. A framework that does not
/// use the prefix, or a project without a known framework, leaves it unknown: what the build does is
/// not read.
pub(crate) fn builds_in(prefix: &str, frameworks: &[Known<Option<String>>]) -> Known<bool> {
    let users = PREFIXES.iter().find(|(known, _)| *known == prefix);
    let users = users.map_or(&[][..], |(_, users)| *users);
    let each = frameworks.iter().map(|framework| {
        framework.as_ref().and_then(|framework| match framework {
            Some(framework) if users.contains(&&**framework) => Known::Yes(true),
            Some(framework) => unknown(prefix, &format!("is {}", one_line(framework, 40))),
            None => unknown(prefix, "is not set"),
        })
    });
    let each: Vec<Known<bool>> = each.collect();
    match each.is_empty() {
        true => unknown(prefix, "is not known"),
        false => Known::any(each),
    }
}

fn unknown(prefix: &str, framework: &str) -> Known<bool> {
    Unknown::undetermined(format!(
        "the framework of the project {framework}, and it is not known whether its build writes \
         variables with the prefix {prefix} into pages: if it does, add the prefix to \
         `browser_prefixes` of [vercel]; if not, rename the variable"
    ))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_belongs_to_frameworks() {
        let of = |name: &str| Known::Yes(Some(name.to_owned()));
        for (prefix, framework) in [
            ("VITE_", "vite"),
            ("PUBLIC_", "astro"),
            ("PUBLIC_", "sveltekit-1"),
            ("NUXT_PUBLIC_", "nuxtjs"),
            ("REACT_APP_", "create-react-app"),
            ("GATSBY_", "gatsby"),
            ("NEXT_PUBLIC_", "nextjs"),
            ("VUE_APP_", "vue"),
        ] {
            assert_eq!(
                builds_in(prefix, &[of(framework)]),
                Known::Yes(true),
                "{prefix}"
            );
            assert!(!builds_in(prefix, &[of("nestjs")]).is_known(), "{prefix}");
            assert!(
                !builds_in(prefix, &[Known::Yes(None)]).is_known(),
                "{prefix}"
            );
            assert!(!builds_in(prefix, &[]).is_known(), "{prefix}");
        }
        let several = [of("nestjs"), of("vite")];
        assert_eq!(builds_in("VITE_", &several), Known::Yes(true));
        assert_eq!(prefix_of("EXPO_PUBLIC_KEY"), Some("EXPO_PUBLIC_"));
        assert_eq!(prefix_of("PUBLICITY_KEY"), None);
    }
}
