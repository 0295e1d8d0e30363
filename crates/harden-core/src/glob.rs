//! Patterns of names.
//!
//! The `globset` crate gives `[`, `{` and `\` a meaning, but names of resources contain them
//! literally. Patterns here have only the two wildcards that AWS and policy files use.

/// Whether a text matches a pattern, in which `*` matches any characters and `?` one character.
/// Case-sensitive.
#[must_use]
pub fn glob_matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // where to backtrack to: the last star, and how much text it has matched so far
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || Some(&c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, swallowed)) => {
                    star = Some((at, swallowed + 1));
                    p = at + 1;
                    t = swallowed + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|&c| c == '*')
}

/// Whether a text matches any of the patterns.
#[must_use]
pub fn glob_matches_any(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| glob_matches(pattern, text))
}

#[cfg(test)]
mod tests {
    use super::glob_matches;

    #[test]
    fn wildcards() {
        for (pattern, text, matches) in [
            ("pre-change-*", "pre-change-1", true),
            ("*-dr-test-*", "saaspe-dr-test-20260101", true),
            ("*-dr-test-*", "saaspe-dr-test", false),
            ("a*b*c", "aXbYbZc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a[b]{c}", "a[b]{c}", true),
            ("", "", true),
            ("*", "", true),
            ("", "x", false),
        ] {
            assert_eq!(glob_matches(pattern, text), matches, "{pattern} {text}");
        }
    }
}
