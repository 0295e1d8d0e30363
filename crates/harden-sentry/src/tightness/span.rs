//! Lengths of time as text.

/// A length of time in its largest whole unit: `5 min`, `1 h`, `90 s`, `2 days`.
pub(crate) fn span(seconds: u64) -> String {
    for (unit, length) in [("day", 86_400), ("h", 3_600), ("min", 60)] {
        if seconds >= length && seconds.is_multiple_of(length) {
            let n = seconds / length;
            let plural = if unit == "day" && n > 1 { "s" } else { "" };
            return format!("{n} {unit}{plural}");
        }
    }
    format!("{seconds} s")
}
