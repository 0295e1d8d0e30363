//! How much a document may ask of the parser.
//!
//! The parser of YAML looks at each open list at each token, so that nested lists take it time by the
//! square of their depth. An anchor is read anew at each place that names it, so that a short file can
//! have millions of values. No file that people write comes near these bounds.

use std::fmt;

use harden_core::Unknown;
use serde::Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// How many lists and mappings in brackets a file may begin, at most.
const MOST_BRACKETS: usize = 2_000;

/// How many values a file may have, with those of its anchors at each place.
const MOST_VALUES: usize = 200_000;

/// Whether the document can be parsed in a reasonable time.
///
/// # Errors
/// When it exceeds a bound.
pub(super) fn hold(text: &str) -> Result<(), Unknown> {
    if brackets(text) > MOST_BRACKETS {
        return Err(Unknown::undetermined(format!(
            "the file has more than {MOST_BRACKETS} lists and mappings in brackets"
        )));
    }
    if !text.contains('*') {
        return Ok(());
    }
    let mut left = MOST_VALUES;
    // another error is reported by the parser itself
    let _ = Count(&mut left).deserialize(yaml_serde::Deserializer::from_str(text));
    if left == 0 {
        return Err(Unknown::undetermined(format!(
            "the file has more than {MOST_VALUES} values, with those of its anchors"
        )));
    }
    Ok(())
}

/// How many brackets are at a place where a list or a mapping can begin. Scripts have some too.
fn brackets(text: &str) -> usize {
    let mut count = 0_usize;
    let (mut can_begin, mut in_property) = (true, false);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => {
                count += usize::from(can_begin);
            }
            b' ' | b'\t' | b'\r' => in_property = false,
            // a tag or an anchor
            b'!' | b'&' if can_begin => in_property = true,
            // quotes follow a key
            b'\n' | b',' | b':' | b'-' | b'?' | b'"' | b'\'' => can_begin = true,
            _ => can_begin &= in_property,
        }
    }
    count
}

/// Counts values down to none.
struct Count<'a>(&'a mut usize);

impl Count<'_> {
    fn again(&mut self) -> Count<'_> {
        Count(self.0)
    }
}

impl<'de> DeserializeSeed<'de> for Count<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        *self.0 = self.0.saturating_sub(1);
        if *self.0 == 0 {
            return Err(D::Error::custom("too many values"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Count<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut all: A) -> Result<(), A::Error> {
        while all.next_element_seed(self.again())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut all: A) -> Result<(), A::Error> {
        while all.next_key_seed(self.again())?.is_some() {
            all.next_value_seed(self.again())?;
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(mut self, tagged: A) -> Result<(), A::Error> {
        let ((), value) = tagged.variant_seed(self.again())?;
        value.newtype_variant_seed(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_counted_where_a_value_can_begin() {
        assert_eq!(brackets("on: [push, {a: [1]}]"), 3);
        assert_eq!(brackets("- [[[["), 4);
        assert_eq!(brackets("a: ${{ b }} $[[ c ]]"), 0);
        assert_eq!(brackets("a: x[0] ${{ b[1] }}"), 0);
        assert_eq!(brackets("? [\n!t [\n\"k\":["), 3);
        assert_eq!(brackets("&a [!<t> [!!seq [a ["), 3);
    }

    #[test]
    fn anchors_are_counted_at_each_place() {
        let list = |of: &str, count| format!("[{}]", format!("{of},").repeat(count));
        let text = format!("a: &a {}\nb: {}\n", list("x", 1000), list("*a", 300));
        let refused = hold(&text).unwrap_err();
        assert!(refused.message.contains("200000 values"), "{refused:?}");
        let shared = "a: &a [1, 2, !t {x: *}]\nb: *a\nc: [*a, *a]\n";
        assert_eq!(hold(shared), Ok(()));
        assert_eq!(hold(&"x: \"*\"\n".repeat(3)), Ok(()));
    }
}
