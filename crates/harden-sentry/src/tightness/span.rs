//! Lengths of time, for people.

/// `5 min`, `1 h`, `90 s`.
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
