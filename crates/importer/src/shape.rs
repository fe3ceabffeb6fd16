//! What a text looks like, without saying it.

/// Whether a heading may be something of the person's, and no name of a column: an account, an address, a date, an amount.
pub(crate) fn looks_like_a_value(heading: &str) -> bool {
    const LONGEST_HEADING: usize = 60;
    let digits = heading.chars().filter(|c| c.is_numeric()).count();
    digits >= 2 || heading.contains('@') || heading.chars().count() > LONGEST_HEADING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_with_something_of_the_person_is_told_from_a_name() {
        for heading in ["DE89 3704 0044", "nora@example.org", "31.12.2025", "Saldo 2025", &"word ".repeat(20)] {
            assert!(looks_like_a_value(heading), "{heading}");
        }
        for heading in ["Booking date", "Amount (EUR)", "Address 2", "日付", "E-Mail"] {
            assert!(!looks_like_a_value(heading), "{heading}");
        }
    }
}
