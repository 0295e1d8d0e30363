//! Lists and counts as text.

use std::fmt::Display;

/// The first items of a list, separated by `; `, with the number of those left out.
pub(crate) fn join_first(items: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = items.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    match items.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join("; ")),
        _ => shown.join("; "),
    }
}

/// A count with its unit: `1 day`, `7 days`.
pub(crate) fn counted(count: impl Display, unit: &str) -> String {
    let count = count.to_string();
    let plural = if count == "1" { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_plural_unless_there_is_one() {
        assert_eq!(counted(0, "day"), "0 days");
        assert_eq!(counted(1, "day"), "1 day");
        assert_eq!(counted(7, "day"), "7 days");
    }

    #[test]
    fn a_long_list_is_cut() {
        let items: Vec<String> = (1..=7).map(|n| n.to_string()).collect();
        assert_eq!(join_first(&items), "1; 2; 3; 4; 5 and 2 more");
        assert_eq!(join_first(&items[..2]), "1; 2");
    }
}
