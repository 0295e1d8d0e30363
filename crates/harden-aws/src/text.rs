//! Lists as text.

/// The first items of a list, separated by `; `, with the number of those left out.
pub(crate) fn join_first(items: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = items.iter().take(SHOWN).cloned().collect::<Vec<_>>();
    match items.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join("; ")),
        _ => shown.join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut() {
        let items: Vec<String> = (1..=7).map(|n| n.to_string()).collect();
        assert_eq!(join_first(&items), "1; 2; 3; 4; 5 and 2 more");
        assert_eq!(join_first(&items[..2]), "1; 2");
    }
}
