//! Patterns of names, as the policy file writes them.

/// Whether a name matches a pattern: `*` stands for anything (nothing too), `?` for one character,
/// everything else for itself. The whole name must match, and case counts.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    // the last star, and how far the name was when it took nothing yet
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&c) if c == '?' || name.get(n) == Some(&c) => {
                p += 1;
                n += 1;
            }
            _ => match &mut star {
                // let the star take one character more; the time is at most pattern × name
                Some((at, taken)) => {
                    *taken += 1;
                    p = *at + 1;
                    n = *taken;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|&c| c == '*')
}

/// Whether a name matches any of the patterns.
pub(crate) fn matches_any(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, wanted) in [
            ("*-dr-test-*", "saaspe-dr-test-20260101", true),
            ("*-dr-test-*", "saaspe-dr-test", false),
            ("pre-change-*", "pre-change-", true),
            ("pre-change-*", "a-pre-change-1", false),
            ("db-?", "db-1", true),
            ("db-?", "db-", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("*-ü", "x-ü", true),
            ("A*", "a1", false),
            ("[a]*", "[a]1", true),
        ] {
            assert_eq!(matches(pattern, name), wanted, "{pattern} on {name}");
        }
    }

    #[test]
    fn many_stars_end_soon() {
        let pattern = "*a".repeat(60);
        assert!(!matches(&format!("{pattern}b"), &"a".repeat(5_000)));
    }
}
