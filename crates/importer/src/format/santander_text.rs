//! Santander UK's “Text” export: a few lines for each booking, each with its name in front.
//!
//! `Date: 02/03/2016`, `Description: …`, `Amount: -6.00`, `Balance: 24.00`; above all of them `From: … to …` and `Account: …`.

use holdall_model::{Kind, Locator, Quantity, Record, Unit};

use super::findings::{Repeated, nothing_found};
use super::lines::{self, Lines};
use super::{Confidence, Language, props};
use crate::decide::Decisions;
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;
use crate::table::date::{self, Order};
use crate::table::number::{self, Mark, is_blank};

pub(crate) struct SantanderText;

/// Lines of the head in which the first booking must begin.
const LOOKED_AT: usize = 40;

impl Language for SantanderText {
    fn id(&self) -> &'static str {
        "santander-text"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let names: Vec<&str> = lines::of(head.text).take(LOOKED_AT).filter_map(named).map(|(name, _)| name).collect();
        let begins = matches!(names[..], ["From", "Account", ..]);
        (begins && names.windows(4).any(|four| four == ["Date", "Description", "Amount", "Balance"])).then_some(Confidence::Certain)
    }

    fn charset(&self, _head: &Head<'_>) -> Option<&'static encoding_rs::Encoding> {
        Some(encoding_rs::WINDOWS_1252)
    }

    fn read(&self, input: &Input<'_>, _decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let cap = input.limits().record_bytes;
        let mut text = input.text()?;
        let mut lines = Lines::new(&mut text, input.at(), cap, lines::base_offset(input));
        let mut cut_off = Repeated::new("santander-cut-off", "The last line has no end, so the file may be cut off.");
        let (mut account, mut booking, mut row) = (String::new(), None::<Booking>, 0);
        while let Some(line) = lines.next()? {
            input.task().step(0)?;
            if line.text.chars().all(is_blank) {
                continue;
            }
            let told = named(line.text);
            if let Some(("Date", _)) = told {
                if let Some(booking) = booking.take() {
                    booking.hand_over(&account, out)?;
                }
                row += 1;
                let locator = Locator { entry: 0, row, offset: line.offset, length: 0 };
                booking = Some(Booking { locator, raw: String::new() });
            }
            match (&mut booking, told) {
                (Some(booking), _) => {
                    if booking.raw.len() + line.text.len() > cap {
                        let at = input.at().row(row).offset(booking.locator.offset);
                        return Err(ImportError::TooLarge { at, what: "a booking", limit: cap as u64 });
                    }
                    booking.raw.push_str(line.text);
                    booking.raw.push('\n');
                    booking.locator.length = u32::try_from(line.end - booking.locator.offset).unwrap_or(u32::MAX);
                    if !line.terminated && !told.is_some_and(is_whole) {
                        cut_off.count(row);
                    }
                }
                (None, Some(("Account", number))) => number.clone_into(&mut account),
                (None, _) => out.skipped("preamble", line.number, "Lines before the first booking were left out."),
            }
        }
        if let Some(booking) = booking {
            booking.hand_over(&account, out)?;
        }
        cut_off.tell(out)?;
        if row == 0 {
            nothing_found(out, "bookings")?;
        }
        Ok(())
    }

    fn cells(&self, raw: &str, _locator: &Locator) -> Vec<(String, String)> {
        lines::of(raw).filter_map(named).map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
    }
}

/// A line's name and what it says.
fn named(line: &str) -> Option<(&str, &str)> {
    let (name, text) = line.split_once(':')?;
    let name = name.trim_matches(is_blank);
    let known = matches!(name, "From" | "Account" | "Date" | "Description" | "Amount" | "Balance");
    known.then(|| (name, text.trim_matches(is_blank)))
}

/// Whether a last line is the last one that a booking has, down to the pennies.
fn is_whole((name, text): (&str, &str)) -> bool {
    let pennies = text.trim_end_matches("GBP").trim_end().rsplit_once('.').map(|(_, pennies)| pennies.len());
    name == "Balance" && pennies == Some(2)
}

/// The lines of one booking.
struct Booking {
    locator: Locator,
    raw: String,
}

impl Booking {
    fn hand_over(self, account: &str, out: &mut Output<'_>) -> Result<(), ImportError> {
        let Some(mut record) = self.record() else {
            let text = "The booking was set aside: its lines are not a date, a description, an amount and a balance.";
            return out.quarantine(self.locator, "santander-booking", text, &self.raw);
        };
        account.clone_into(&mut record.account);
        out.record(&mut record)
    }

    /// `None` where a line is missing, comes twice, or cannot be read.
    fn record(&self) -> Option<Record> {
        let (mut told, mut more) = ([None; 4], String::new());
        for line in lines::of(&self.raw) {
            let place = named(line).and_then(|(name, text)| {
                let place = ["Date", "Description", "Amount", "Balance"].iter().position(|n| *n == name)?;
                Some((place, text))
            });
            match place {
                Some((place, text)) if told[place].is_none() => told[place] = Some(text),
                Some(_) => return None,
                // A description that goes on.
                None => {
                    more.push(' ');
                    more.push_str(line.trim_matches(is_blank));
                }
            }
        }
        let [Some(date), Some(description), Some(amount), Some(balance)] = told else { return None };
        let pound: Unit = "GBP".parse().ok()?;
        let money = |text: &str| number::parse(text, Mark::Dot).ok().map(|a| Quantity::new(a.value, a.unit.unwrap_or(pound)));
        let mut record = Record::new(Kind::BankTransaction);
        record.locator = self.locator;
        record.moment = Some(date::parse(date, Order::Dmy).ok()?);
        record.amount = Some(money(amount)?);
        record.title = format!("{description}{more}");
        let balance = money(balance)?;
        record.fields.set(props::balance(), &format!("{} {}", balance.value, balance.unit));
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Kept, read, recognise};

    const TEXT: &str = "From: 01/03/2016 to 02/03/2016\n\t\t\nAccount: XXXX XXXX XXXX 1234\n\t\t\nDate: 02/03/2016\nDescription: DIRECT DEBIT PAYMENT TO HAM \nAmount: -6.00 \t\nBalance: 24.00\n\t\t\nDate: 01/03/2016\nDescription:  RECEIPT REF: CHEESE\nAmount: 1,012.00 GBP\nBalance: 30.00 GBP\n";

    fn kept(text: &str) -> Kept {
        read(&SantanderText, text.as_bytes(), &[]).expect("reads")
    }

    #[test]
    fn each_booking_is_read_from_its_lines() {
        let kept = kept(TEXT);
        let told: Vec<String> =
            kept.records.iter().map(|r| format!("{} {}", r.moment.map(|m| m.to_string()).unwrap_or_default(), r.title)).collect();
        assert_eq!(told, ["2016-03-02 DIRECT DEBIT PAYMENT TO HAM", "2016-03-01 RECEIPT REF: CHEESE"]);
        assert_eq!(kept.sums(), "1006.00 GBP");
        assert_eq!(
            (kept.records[0].account.as_str(), kept.records[1].fields.get(props::balance())),
            ("XXXX XXXX XXXX 1234", Some("30.00 GBP"))
        );
        assert_eq!(recognise(&SantanderText, TEXT.as_bytes(), "Statements.txt"), Some(Confidence::Certain));
        assert_eq!(recognise(&SantanderText, b"From: me\nAccount: mine\nDate: today\nAmount: 3\n", "mail.txt"), None);
        let old = TEXT.replace(": ", ":\u{a0}");
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&old);
        assert_eq!(read(&SantanderText, &latin, &[]).expect("reads").sums(), "1006.00 GBP", "with the blanks that the bank writes");
    }

    #[test]
    fn a_booking_that_lacks_a_line_is_set_aside() {
        for broken in [
            TEXT.replace("Amount: -6.00 \t\n", ""),
            TEXT.replace("-6.00", "soon"),
            TEXT.replace("Balance: 24.00\n", "Balance: 24.00\nBalance: 25.00\n"),
            TEXT.replace("Date: 02/03", "Date: 32/03"),
        ] {
            let kept = kept(&broken);
            assert_eq!((kept.sums().as_str(), kept.quarantined.len()), ("1012.00 GBP", 1), "{broken}");
        }
        let cut = kept(&TEXT[..TEXT.len() - 20]);
        assert!(!cut.quarantined.is_empty() || !cut.diagnostics.is_empty());
    }
}
