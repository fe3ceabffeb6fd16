//! Columns of a layout: how their headings are matched, and what their cells become.

use holdall_model::{Property, Unit};

use crate::table::number::{code_of, is_blank};

/// One column of a layout.
#[derive(Debug)]
pub(crate) struct Column {
    pub uses: Vec<Use>,
    pub optional: bool,
    /// Headings it is known by; none in a layout without headings.
    pub names: Vec<HeaderName>,
    /// What its cells look like, in a layout without headings.
    pub shape: Shape,
}

/// A cell's way into the record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Use {
    pub role: Role,
    pub transform: Transform,
    pub unit: Option<Unit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Moment,
    /// Time of day that belongs to the moment's date.
    Time,
    Amount,
    /// Amount of rows whose indicator says out, or in.
    AmountOut,
    AmountIn,
    Debit,
    Credit,
    Unit,
    UnitOut,
    UnitIn,
    Title,
    Party,
    Account,
    Id,
    Status,
    Indicator,
    Property(Property),
    /// Known, and only searched.
    Words,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transform {
    None,
    /// `London / Heathrow (LHR/EGLL)` → `LHR`
    Code,
    /// `British Airways (BA/BAW)` → `British Airways`
    Name,
    /// Only the day of a date with time.
    Date,
    /// Milliseconds to seconds.
    Milliseconds,
    /// Minutes to seconds.
    Minutes,
    /// Hundredths to units.
    Cents,
    /// Seconds, milliseconds or microseconds since 1970.
    Unix,
    UnixMilliseconds,
    UnixMicroseconds,
    /// Days since 1899-12-30, as spreadsheets count them; a fraction is the time of day.
    Serial,
    /// Text with its first letter up and the rest down.
    Lower,
    /// The opposite number.
    Negated,
    /// A book's number, if its check digit is right; anything else is left out. A shop's own number of a printed book often is its ISBN.
    Isbn,
}

/// What cells of a column without heading look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Any,
    Date,
    Money,
    MoneyOrEmpty,
    Text,
    Empty,
    Currency,
    Iban,
    Is(String),
}

/// A heading as it is compared: small letters, single blanks, no marks around. `{unit}` stands for a currency code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HeaderName {
    before: String,
    after: Option<String>,
    /// The heading it must stand right behind: `Saldo > Währung` is the currency of the balance, not of the amount.
    left: Option<String>,
}

/// Between a heading and the one it must stand behind.
const BEHIND: &str = " > ";

impl HeaderName {
    pub fn new(name: &str) -> Self {
        let (left, name) = name.split_once(BEHIND).map_or((None, name), |(left, name)| (Some(normal(left)), name));
        match name.split_once("{unit}") {
            Some((before, after)) => Self { before: lower(before), after: Some(lower(after)), left },
            None => Self { before: normal(name), after: None, left },
        }
    }

    /// A name that is compared as it stands: the path of a JSON field.
    pub fn exact(name: &str) -> Self {
        Self { before: name.to_owned(), after: None, left: None }
    }

    /// Whether it may stand behind this heading.
    pub fn fits_behind(&self, left: Option<&String>) -> bool {
        self.left.as_ref().is_none_or(|wanted| left.is_some_and(|left| alike(left, wanted)))
    }

    /// Whether a normalised heading is this one, and the currency it names.
    pub fn matches(&self, heading: &str) -> Option<Option<Unit>> {
        match &self.after {
            None => alike(heading, &self.before).then_some(None),
            Some(after) => {
                let start = self.before.as_str();
                let code = heading.strip_prefix(start)?.strip_suffix(after.as_str())?;
                match code {
                    "€" => Some("EUR".parse().ok()),
                    "£" => Some("GBP".parse().ok()),
                    _ => code_of(code).map(Some),
                }
            }
        }
    }

    /// The text before its currency, or all of it; of a JSON field, its path.
    pub fn before(&self) -> &str {
        &self.before
    }

    pub fn text(&self) -> String {
        let left = self.left.as_ref().map(|left| format!("{left}{BEHIND}")).unwrap_or_default();
        match &self.after {
            Some(after) => format!("{left}{}{{unit}}{after}", self.before),
            None => format!("{left}{}", self.before),
        }
    }
}

/// Equal, but for letters that were lost on the way (U+FFFD).
fn alike(heading: &str, name: &str) -> bool {
    if !heading.contains('\u{fffd}') {
        return heading == name;
    }
    let mut b = name.chars();
    heading.chars().all(|c| b.next().is_some_and(|d| c == d || c == '\u{fffd}')) && b.next().is_none()
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// A heading as headings are compared.
pub(crate) fn normal(heading: &str) -> String {
    let mut out = String::with_capacity(heading.len());
    for word in heading.trim_matches(|c: char| is_blank(c) || c == '"').split(is_blank).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(|c| if matches!(c, '’' | '‘' | '`') { '\'' } else { c }).flat_map(char::to_lowercase));
    }
    out
}

impl Use {
    /// Reads `role`, `role|transform`, `role:unit`, `role|transform:unit`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (text, unit) = match text.split_once(':') {
            Some((text, unit)) => (text, Some(unit.parse().map_err(|_| format!("{unit} is no unit"))?)),
            None => (text, None),
        };
        let (role, transform) = match text.split_once('|') {
            Some((role, transform)) => (role, Transform::parse(transform)?),
            None => (text, Transform::None),
        };
        Ok(Self { role: Role::parse(role)?, transform, unit })
    }
}

impl Role {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(match text {
            "moment" => Self::Moment,
            "time-of-day" => Self::Time,
            "amount" => Self::Amount,
            "amount-out" => Self::AmountOut,
            "amount-in" => Self::AmountIn,
            "debit" => Self::Debit,
            "credit" => Self::Credit,
            "unit" => Self::Unit,
            "unit-out" => Self::UnitOut,
            "unit-in" => Self::UnitIn,
            "title" => Self::Title,
            "party" => Self::Party,
            "account" => Self::Account,
            "id" => Self::Id,
            "status" => Self::Status,
            "indicator" => Self::Indicator,
            "-" => Self::Words,
            name => Self::Property(Property::named(name).ok_or_else(|| format!("no property is called {name}"))?),
        })
    }
}

impl Transform {
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(match text {
            "code" => Self::Code,
            "name" => Self::Name,
            "date" => Self::Date,
            "ms" => Self::Milliseconds,
            "min" => Self::Minutes,
            "cents" => Self::Cents,
            "unix" => Self::Unix,
            "unix-ms" => Self::UnixMilliseconds,
            "unix-us" => Self::UnixMicroseconds,
            "serial" => Self::Serial,
            "lower" => Self::Lower,
            "negated" => Self::Negated,
            "isbn" => Self::Isbn,
            other => return Err(format!("no transform is called {other}")),
        })
    }

    /// The transforms that change text.
    pub fn text<'t>(self, text: &'t str) -> std::borrow::Cow<'t, str> {
        let text = text.trim_matches(is_blank);
        let bracket = text.ends_with(')').then(|| text.rfind('(')).flatten();
        match (self, bracket) {
            (Self::Code, Some(open)) => text[open + 1..text.len() - 1].split('/').next().unwrap_or("").trim().into(),
            (Self::Name, Some(open)) => text[..open].trim().into(),
            (Self::Lower, _) => text.to_lowercase().into(),
            (Self::Isbn, _) if !is_isbn(text) => "".into(),
            _ => text.into(),
        }
    }
}

/// Whether the check digit of an ISBN-10 or ISBN-13 is right. Hyphens and blanks are allowed.
fn is_isbn(text: &str) -> bool {
    let digits: Vec<char> = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let sum = |weight: fn(usize) -> u32| -> Option<u32> {
        let value = |(i, c): (usize, &char)| if i == 9 && matches!(c, 'X' | 'x') && digits.len() == 10 { Some(10) } else { c.to_digit(10) };
        digits.iter().enumerate().map(|(i, c)| value((i, c)).map(|v| v * weight(i))).sum()
    };
    match digits.len() {
        10 => sum(|i| 10 - u32::try_from(i).unwrap_or(0)).is_some_and(|s| s.is_multiple_of(11)),
        13 => matches!(digits[..3], ['9', '7', '8' | '9']) && sum(|i| if i % 2 == 0 { 1 } else { 3 }).is_some_and(|s| s.is_multiple_of(10)),
        _ => false,
    }
}

impl Shape {
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(match text {
            "any" => Self::Any,
            "date" => Self::Date,
            "money" => Self::Money,
            "money?" => Self::MoneyOrEmpty,
            "text" => Self::Text,
            "empty" => Self::Empty,
            "currency" => Self::Currency,
            "iban" => Self::Iban,
            other => match other.strip_prefix('=') {
                Some(literal) => Self::Is(literal.to_owned()),
                None => return Err(format!("no shape is called {other}")),
            },
        })
    }

    pub fn fits(&self, cell: &str) -> bool {
        use crate::table::{date, number};
        let cell = number::unwrap(cell);
        let money = || number::hint(cell) != number::MarkHint::NotANumber;
        let is_date = || date::hint(cell) != date::OrderHint::NotADate;
        match self {
            Self::Any => true,
            Self::Date => is_date(),
            Self::Money => money() && !is_date(),
            Self::MoneyOrEmpty => cell.is_empty() || money() && !is_date(),
            Self::Text => !cell.is_empty() && !money() && !is_date(),
            Self::Empty => cell.is_empty(),
            Self::Currency => cell.len() == 3 && cell.bytes().all(|b| b.is_ascii_uppercase()),
            Self::Iban => {
                let bare: String = cell.chars().filter(|c| !is_blank(*c)).collect();
                (15..=34).contains(&bare.len())
                    && bare.bytes().take(2).all(|b| b.is_ascii_uppercase())
                    && bare.bytes().skip(2).take(2).all(|b| b.is_ascii_digit())
            }
            Self::Is(literal) => cell == literal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_match_by_meaning_not_by_typing() {
        let name = HeaderName::new("Amount ({unit})");
        assert_eq!(name.matches(&normal("\u{feff} \"Amount\u{a0}(EUR)\" ")), Some("EUR".parse().ok()));
        assert_eq!(name.matches(&normal("Amount")), None);
        assert_eq!(HeaderName::new("Betrag ({unit})").matches("betrag (€)"), Some("EUR".parse().ok()));
        assert_eq!(HeaderName::new("Währung").matches(&normal("W\u{fffd}HRUNG")), Some(None));
        assert_eq!(HeaderName::new("Saldo {unit}").matches("saldo chf"), Some("CHF".parse().ok()));
    }

    #[test]
    fn transforms_take_what_stands_in_brackets() {
        assert_eq!(Transform::Code.text("London / Heathrow (LHR/EGLL)"), "LHR");
        assert_eq!(Transform::Name.text("British Airways (BA/BAW)"), "British Airways");
        assert_eq!(Transform::Name.text(" (/)"), "");
    }

    #[test]
    fn only_a_right_isbn_is_one() {
        for right in ["0306406152", "080442957X", "978-0-306-40615-7"] {
            assert_eq!(Transform::Isbn.text(right), right);
        }
        for wrong in ["0306406153", "B0DEMO0001", "9780306406158", "4006381333931", "X804429570", ""] {
            assert_eq!(Transform::Isbn.text(wrong), "", "{wrong}");
        }
    }
}
