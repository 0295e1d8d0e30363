//! Names and types of condition keys.

/// The type of a condition key's values (Service Authorization Reference, column "Type").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyType {
    /// The reference does not state the type.
    Unknown,
    /// Text.
    Text {
        /// Whether a request can contain several values.
        many: bool,
    },
    /// ARNs.
    Arn {
        /// Whether a request can contain several values.
        many: bool,
    },
    /// `true` or `false`.
    Bool {
        /// Whether a request can contain several values.
        many: bool,
    },
    /// A number.
    Numeric,
    /// A date and time.
    Date,
    /// An IP address or address range.
    Ip,
    /// Bytes, in base64.
    Binary,
}

impl KeyType {
    /// Decodes the number in the table; see `TYPES` in `build.py`.
    pub(super) const fn of(number: u8) -> Self {
        match number {
            1 => Self::Text { many: false },
            2 => Self::Text { many: true },
            3 => Self::Arn { many: false },
            4 => Self::Arn { many: true },
            5 => Self::Bool { many: false },
            6 => Self::Bool { many: true },
            7 => Self::Numeric,
            8 => Self::Date,
            9 => Self::Ip,
            _ => Self::Unknown,
        }
    }

    /// Whether a request can contain several values.
    pub const fn is_many(self) -> bool {
        matches!(
            self,
            Self::Text { many: true } | Self::Arn { many: true } | Self::Bool { many: true }
        )
    }

    /// A description: `text`, `a list of ARNs`.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Unknown => "values of an unknown type",
            Self::Text { many: false } => "text",
            Self::Text { many: true } => "a list of texts",
            Self::Arn { many: false } => "an ARN",
            Self::Arn { many: true } => "a list of ARNs",
            Self::Bool { many: false } => "true or false",
            Self::Bool { many: true } => "a list of true and false",
            Self::Numeric => "a number",
            Self::Date => "a date",
            Self::Ip => "an address",
            Self::Binary => "bytes in base64",
        }
    }
}

/// Whether a key in a policy matches a key of the reference, ignoring case. Placeholders such as
/// `${TagKey}` match any non-empty text.
pub(crate) fn names(template: &str, key: &str) -> bool {
    let Some((head, _)) = template.split_once("${") else {
        return template.eq_ignore_ascii_case(key);
    };
    // Compare the fixed start first: most keys differ there, and this needs no copy.
    let same = |text: &str| text.eq_ignore_ascii_case(head);
    if !key.get(..head.len()).is_some_and(same) {
        return false;
    }
    let (template, key) = (template.to_ascii_lowercase(), key.to_ascii_lowercase());
    let mut parts = template.split("${").skip(1).peekable();
    let mut rest = key.get(head.len()..).unwrap_or_default();
    while let Some(part) = parts.next() {
        let Some((_, fixed)) = part.split_once('}') else {
            return false;
        };
        if parts.peek().is_none() {
            return rest.len() > fixed.len() && rest.ends_with(fixed);
        }
        match rest.get(1..).and_then(|tail| tail.find(fixed)) {
            Some(at) => rest = &rest[1 + at + fixed.len()..],
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn placeholders_match_any_text() {
        assert!(names("aws:RequestTag/${TagKey}", "aws:requesttag/team"));
        assert!(!names("aws:RequestTag/${TagKey}", "aws:RequestTag/"));
        assert!(!names("aws:RequestTag/${TagKey}", "aws:ResourceTag/team"));
        assert!(names("ecs:cluster", "ECS:Cluster") && !names("ecs:cluster", "ecs:clusters"));
        let ghe = "token.actions.${Domain}.ghe.com:sub";
        assert!(names(ghe, "token.actions.acme.ghe.com:sub"));
        assert!(!names(ghe, "token.actions.acme.ghe.com:aud"));
        let path = "codebuild:secondarySources/${id}.auth.type";
        assert!(names(path, "codebuild:secondarySources/a.auth.type"));
        assert!(!names("a/${x}/b/${y}", "a/é") && names("a/${x}/b/${y}", "a/1/b/2"));
    }
}
