//! Years that are counted from the beginning of an era, as offices and banks in Japan and Taiwan write them: `R7.1.5` and `114/01/05` are the
//! fifth of January 2025. No other calendar is written so, and each date is read for itself.

/// Eras of Japan with the year before their first one, by their letter and by their name.
const JAPAN: &[(&str, &str, i32)] = &[("R", "令和", 2018), ("H", "平成", 1988), ("S", "昭和", 1925)];
/// The year before the first one of the Republic of China.
const TAIWAN: i32 = 1911;
/// Its years of three digits, which no other calendar has of late: 2011 to 2060.
const OF_LATE: std::ops::RangeInclusive<i32> = 100..=149;
/// More years than any era has lasted.
const LONGEST: i32 = 64;

/// The same date with our year first: `2025/1/5`. `None` where no era is written.
pub(crate) fn ours(text: &str) -> Option<String> {
    let (rest, before, bare) = begins(text)?;
    let (year, rest) = match rest.strip_prefix('元') {
        Some(rest) => (1, rest),
        None => number(rest)?,
    };
    let (mark, rest) = mark(rest, bare)?;
    let (month, rest) = number(rest)?;
    let (second, rest) = self::mark(rest, bare)?;
    let (day, rest) = number(rest)?;
    let closes = if mark == '年' { '月' } else { mark };
    let counted = if bare { OF_LATE.contains(&year) } else { (1..=LONGEST).contains(&year) || before == TAIWAN && OF_LATE.contains(&year) };
    let is_day = (1..=12).contains(&month) && (1..=31).contains(&day);
    (counted && is_day && second == closes).then(|| format!("{}/{month}/{day}{}", before + year, rest.strip_prefix('日').unwrap_or(rest)))
}

/// What follows the era, the year before its first one, and whether nothing says which era it is.
fn begins(text: &str) -> Option<(&str, i32, bool)> {
    let first = *text.as_bytes().first()?;
    if first.is_ascii_digit() {
        return (text.bytes().take_while(u8::is_ascii_digit).count() == 3).then_some((text, TAIWAN, true));
    }
    if let Some(rest) = text.strip_prefix("中華").unwrap_or(text).strip_prefix("民國") {
        return Some((rest.trim_start(), TAIWAN, false));
    }
    let era = |(letter, name, before): &(&str, &str, i32)| {
        let rest = text.strip_prefix(letter).or_else(|| text.strip_prefix(name))?;
        Some((rest.trim_start(), *before, false))
    };
    JAPAN.iter().find_map(era)
}

/// A number of at most three digits, and what follows it.
fn number(text: &str) -> Option<(i32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=3).contains(&digits).then(|| text[..digits].parse().ok()).flatten().map(|n| (n, &text[digits..]))
}

/// The mark between two numbers. A dash also stands in numbers that are no dates.
fn mark(text: &str, bare: bool) -> Option<(char, &str)> {
    let mark = text.chars().next().filter(|c| matches!(c, '.' | '/' | '年' | '月') || *c == '-' && !bare)?;
    Some((mark, &text[mark.len_utf8()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_eras_are_those_days_in_our_years() {
        for (told, day) in [
            ("R7.1.5", "2025/1/5"),
            ("R07/01/05", "2025/1/5"),
            ("H31.4.30", "2019/4/30"),
            ("令和7年1月5日", "2025/1/5"),
            ("令和元年5月1日", "2019/5/1"),
            ("昭和64年1月7日", "1989/1/7"),
            ("114/01/05", "2025/1/5"),
            ("113/02/29 10:20", "2024/2/29 10:20"),
            ("民國114年1月5日", "2025/1/5"),
        ] {
            assert_eq!(ours(told).as_deref(), Some(day), "{told}");
        }
    }

    #[test]
    fn other_texts_and_numbers_are_no_years_of_an_era() {
        for told in [
            "2025/01/05",
            "14/01/05",
            "114-01-05",
            "114.50",
            "R7",
            "S1.13.5",
            "H99.1.5",
            "Rent 7.1.5",
            "114/13/05",
            "300/01/05",
            "R7.1/5",
            "",
        ] {
            assert_eq!(ours(told), None, "{told}");
        }
    }
}
