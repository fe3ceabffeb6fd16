//! Writes files in layouts that no definition knows, from bookings whose count and sums are known.

use jiff::civil::{DateTime, datetime};

/// One booking.
pub struct Booking {
    pub at: DateTime,
    pub text: &'static str,
    pub cents: i64,
    pub fee: i64,
}

/// What a column shows of a booking.
#[derive(Clone, Copy)]
pub enum Col {
    Date,
    /// The date with another form.
    DateAs(&'static str),
    Text,
    /// The amount as it counts for the account, the other way round, and without its sign.
    Signed,
    Negated,
    Unsigned,
    /// One side each: empty, zero, or with a minus.
    Out,
    In,
    OutOrZero,
    InOrZero,
    OutWithMinus,
    Balance,
    /// What the balance was before the booking.
    BalanceBefore,
    /// Amount before a fee that is taken besides.
    BeforeFee,
    OutBeforeFee,
    Fee,
    /// Another currency's amount.
    Foreign,
    /// Words for money out and in.
    Way(&'static str, &'static str),
    /// A running number.
    Number,
    Always(&'static str),
    Of(fn(usize, &Booking) -> String),
}

/// How numbers are written.
#[derive(Clone, Copy)]
pub struct Style {
    pub group: &'static str,
    pub mark: &'static str,
    /// `{}` stands for the digits.
    pub plus: &'static str,
    pub minus: &'static str,
}

pub const DOT: Style = Style { group: "", mark: ".", plus: "{}", minus: "-{}" };
pub const COMMA: Style = Style { group: "", mark: ",", plus: "{}", minus: "-{}" };
pub const ENGLISH: Style = Style { group: ",", ..DOT };
pub const GERMAN: Style = Style { group: ".", ..COMMA };
pub const FRENCH: Style = Style { group: "\u{a0}", ..COMMA };
pub const SWISS: Style = Style { group: "'", ..DOT };

impl Style {
    fn write(&self, cents: i64) -> String {
        let (whole, fraction) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                grouped.push_str(self.group);
            }
            grouped.push(digit);
        }
        let number = format!("{grouped}{}{fraction:02}", self.mark);
        if cents < 0 { self.minus } else { self.plus }.replace("{}", &number)
    }
}

/// What must come of a file.
pub enum Expect {
    /// Every booking with its day and amount, and nothing else.
    Exact,
    /// These questions one after the other; with these answers it is exact.
    Asks(&'static [(&'static str, &'static str)]),
    /// This question, which the file leaves no right answer to.
    Stops(&'static str),
}

/// One layout.
pub struct Layout {
    pub name: &'static str,
    pub file: &'static str,
    pub columns: Vec<(&'static str, Col)>,
    pub delimiter: &'static str,
    pub date: &'static str,
    pub style: Style,
    pub headed: bool,
    pub newest_first: bool,
    pub close_days: bool,
    pub before: &'static str,
    pub after: &'static str,
    /// Written again after every so many rows.
    pub again: Option<(usize, &'static str)>,
    pub line_end: &'static str,
    pub charset: &'static str,
    pub unit: &'static str,
    pub quoted: bool,
    pub expect: Expect,
}

pub fn layout(name: &'static str, columns: &[(&'static str, Col)]) -> Layout {
    Layout {
        name,
        file: "export.csv",
        columns: columns.to_vec(),
        delimiter: ",",
        date: "%Y-%m-%d",
        style: DOT,
        headed: true,
        newest_first: false,
        close_days: false,
        before: "",
        after: "",
        again: None,
        line_end: "\n",
        charset: "utf-8",
        unit: "",
        quoted: false,
        expect: Expect::Exact,
    }
}

const fn booking(at: DateTime, text: &'static str, cents: i64, fee: i64) -> Booking {
    Booking { at, text, cents, fee }
}

/// The bookings in the order of time. With `close_days` no day of the month is above twelve, and they stand in no order.
pub fn bookings(close_days: bool) -> Vec<Booking> {
    let mut all = vec![
        booking(datetime(2025, 1, 3, 9, 15, 0, 0), "Grocer Nord", -5423, 0),
        booking(datetime(2025, 1, 5, 18, 2, 0, 0), "Salary ACME Ltd", 321_000, 0),
        booking(datetime(2025, 1, 9, 12, 30, 0, 0), "Bakery, corner", -380, 0),
        booking(datetime(2025, 2, 2, 7, 45, 0, 0), "Rent flat 4", -112_550, 0),
        booking(datetime(2025, 2, 17, 20, 11, 0, 0), "Book shop", -1999, 100),
        booking(datetime(2025, 2, 17, 20, 12, 0, 0), "Book shop", -1999, 0),
        booking(datetime(2025, 3, 1, 8, 0, 0, 0), "Tram ticket", -270, 0),
        booking(datetime(2025, 3, 4, 11, 59, 0, 0), "Refund shoes", 7995, 0),
        booking(datetime(2025, 4, 22, 16, 20, 0, 0), "Dentist", -43_210, 250),
        booking(datetime(2025, 5, 6, 13, 13, 0, 0), "Cinema", -1350, 0),
        booking(datetime(2025, 6, 11, 10, 10, 0, 0), "Insurance", -8800, 0),
        booking(datetime(2025, 7, 30, 22, 5, 0, 0), "Harbour cafe", -1234, 0),
    ];
    if close_days {
        for (i, one) in all.iter_mut().enumerate() {
            let day = i8::try_from([7, 3, 11, 2, 9, 9, 4, 12, 1, 8, 5, 10][i % 12]).unwrap_or(1);
            one.at = one.at.with().day(day).build().unwrap_or(one.at);
        }
    }
    all
}

impl Layout {
    pub fn bookings(&self) -> Vec<Booking> {
        let mut all = bookings(self.close_days);
        if self.newest_first {
            all.reverse();
        }
        all
    }

    /// The file, and the bookings that are in it: day and cents.
    pub fn write(&self) -> (Vec<u8>, Vec<(jiff::civil::Date, i64)>) {
        let all = self.bookings();
        let has = |wanted: fn(&Col) -> bool| self.columns.iter().any(|(_, c)| wanted(c));
        let charged = has(|c| matches!(c, Col::Fee)) && has(|c| matches!(c, Col::BeforeFee | Col::OutBeforeFee));
        let counted = |b: &Booking| if charged { b.cents - b.fee } else { b.cents };
        let mut balances = vec![0; all.len()];
        let mut balance = 250_000;
        let order: Vec<usize> = if self.newest_first { (0..all.len()).rev().collect() } else { (0..all.len()).collect() };
        for i in order {
            balance += counted(&all[i]);
            balances[i] = balance;
        }
        let mut text = String::from(self.before);
        let headings: Vec<String> = self.columns.iter().map(|(h, _)| self.cell((*h).to_owned())).collect();
        let headings = headings.join(self.delimiter) + "\n";
        if self.headed {
            text.push_str(&headings);
        }
        for (i, one) in all.iter().enumerate() {
            if let Some((every, page)) = self.again
                && i > 0
                && i.is_multiple_of(every)
            {
                text.push_str(page);
                text.push_str(&headings);
            }
            let cells: Vec<String> = self.columns.iter().map(|(_, c)| self.cell(self.show(*c, i, one, balances[i]))).collect();
            text.push_str(&cells.join(self.delimiter));
            text.push('\n');
        }
        text.push_str(self.after);
        let text = text.replace('\n', self.line_end);
        (self.encoded(&text), all.iter().map(|b| (b.at.date(), counted(b))).collect())
    }

    fn encoded(&self, text: &str) -> Vec<u8> {
        match self.charset {
            "utf-8" => text.as_bytes().to_vec(),
            "utf-16le" => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
            name => encoding_rs::Encoding::for_label(name.as_bytes()).expect("a charset").encode(text).0.into_owned(),
        }
    }

    fn cell(&self, text: String) -> String {
        let quote = self.quoted || text.contains(self.delimiter) || text.contains('"');
        if quote { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    }

    fn show(&self, column: Col, index: usize, b: &Booking, balance: i64) -> String {
        let number = |cents| self.style.write(cents);
        let side = |shown: bool, cents: i64, empty: &str| if shown { number(cents) } else { empty.to_owned() };
        match column {
            Col::Date => b.at.strftime(self.date).to_string(),
            Col::DateAs(form) => b.at.strftime(form).to_string(),
            Col::Text => b.text.to_owned(),
            Col::Signed => number(b.cents),
            Col::Negated => number(-b.cents),
            Col::Unsigned => number(b.cents.abs()),
            Col::Out | Col::OutBeforeFee => side(b.cents < 0, -b.cents, ""),
            Col::In => side(b.cents > 0, b.cents, ""),
            Col::OutOrZero => side(b.cents < 0, -b.cents, &number(0)),
            Col::InOrZero => side(b.cents > 0, b.cents, &number(0)),
            Col::OutWithMinus => side(b.cents < 0, b.cents, ""),
            Col::Balance => number(balance),
            Col::BalanceBefore => number(balance - b.cents),
            Col::BeforeFee => number(b.cents),
            Col::Fee => number(b.fee),
            Col::Foreign => number(b.cents * 3 / 2 + 1),
            Col::Way(out, into) => if b.cents < 0 { out } else { into }.to_owned(),
            Col::Number => (1001 + index).to_string(),
            Col::Always(text) => text.to_owned(),
            Col::Of(show) => show(index, b),
        }
    }
}

/// What a layout differs in from the plainest one.
impl Layout {
    pub fn newest(self) -> Self {
        Self { newest_first: true, ..self }
    }

    pub fn close(self) -> Self {
        Self { close_days: true, ..self }
    }

    pub fn quoted(self) -> Self {
        Self { quoted: true, ..self }
    }

    pub fn cut(self, delimiter: &'static str) -> Self {
        Self { delimiter, ..self }
    }

    pub fn ends(self, line_end: &'static str) -> Self {
        Self { line_end, ..self }
    }

    pub fn dated(self, date: &'static str) -> Self {
        Self { date, ..self }
    }

    pub fn numbered(self, style: Style) -> Self {
        Self { style, ..self }
    }

    pub fn in_charset(self, charset: &'static str) -> Self {
        Self { charset, ..self }
    }

    pub fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    pub fn between(self, before: &'static str, after: &'static str) -> Self {
        Self { before, after, ..self }
    }

    pub fn again(self, every: usize, page: &'static str) -> Self {
        Self { again: Some((every, page)), ..self }
    }

    pub fn stops(self, id: &'static str) -> Self {
        Self { expect: Expect::Stops(id), ..self }
    }

    pub fn asks(self, steps: &'static [(&'static str, &'static str)]) -> Self {
        Self { expect: if steps.is_empty() { Expect::Exact } else { Expect::Asks(steps) }, ..self }
    }
}
