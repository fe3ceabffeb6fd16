/// An ISBN-13 whose check digit is right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Isbn(String);

impl Isbn {
    /// Reads ISBN-10 and ISBN-13, with or without hyphens and blanks.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ' | '\u{2010}' | '\u{2011}')).collect();
        match digits.len() {
            10 => {
                let value = |(i, c): (usize, char)| match c {
                    'X' | 'x' if i == 9 => Some(10),
                    c => c.to_digit(10),
                };
                let values: Vec<u32> = digits.chars().enumerate().map(value).collect::<Option<_>>()?;
                let sum: u32 = values.iter().zip((1..=10).rev()).map(|(v, weight)| v * weight).sum();
                let stem = format!("978{}", &digits[..9]);
                sum.is_multiple_of(11).then(|| Self(format!("{stem}{}", check_digit(&stem))))
            }
            13 if digits.starts_with("978") || digits.starts_with("979") => {
                let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
                (all_digits && digits.ends_with(&check_digit(&digits[..12]).to_string())).then_some(Self(digits))
            }
            _ => None,
        }
    }

    /// The language or country of its registration group, where it is one of the large ones.
    pub fn group(&self) -> Option<&'static str> {
        const GROUPS: [(&str, &str); 11] = [
            ("9780", "English"),
            ("9781", "English"),
            ("9798", "English"),
            ("9782", "French"),
            ("97910", "French"),
            ("9783", "German"),
            ("9784", "Japanese"),
            ("9785", "Russian"),
            ("9787", "Chinese"),
            ("97884", "Spanish"),
            ("97888", "Italian"),
        ];
        GROUPS.iter().find(|(prefix, _)| self.0.starts_with(prefix)).map(|(_, name)| *name)
    }
}

fn check_digit(twelve: &str) -> u32 {
    let sum: u32 = twelve.bytes().zip([1, 3].into_iter().cycle()).map(|(b, weight)| u32::from(b.wrapping_sub(b'0')) * weight).sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lengths_are_one_book_and_a_wrong_digit_is_none() {
        let long = Isbn::parse("978-0-306-40615-7").expect("valid");
        assert_eq!(Isbn::parse("0-306-40615-2"), Some(long.clone()));
        assert_eq!(long.group(), Some("English"));
        assert_eq!(Isbn::parse("080442957X").and_then(|i| i.group()), Some("English"));
        for bad in ["978-0-306-40615-8", "0-306-40615-3", "X804429570", "4006381333931", "", "97803064061５7"] {
            assert_eq!(Isbn::parse(bad), None, "{bad}");
        }
    }
}
