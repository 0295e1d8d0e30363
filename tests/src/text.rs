//! What must not be in a text that a terminal shows.

/// Control characters but for the line's end, and marks that reorder or hide text, each with what
/// stands around it.
#[must_use]
pub fn dangerous(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let bad = |c: char| {
        c != '\n'
            && (c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{feff}'))
    };
    let around = |i: usize| {
        let range = i.saturating_sub(30)..(i + 10).min(chars.len());
        chars[range]
            .iter()
            .collect::<String>()
            .escape_debug()
            .to_string()
    };
    let found = (0..chars.len()).filter(|i| bad(chars[*i]));
    found.take(10).map(around).collect()
}
