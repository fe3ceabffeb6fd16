//! WhatsApp's exported chats: a line for each message with its time and sender, and further lines of the same message below.
//!
//! `[31/12/2024, 23:59:58] Ann: text` on iPhones, `31/12/2024, 23:59 - Ann: text` on Android, with dates as the phone writes them.

use holdall_model::{Kind, Locator, Record, Status};

use super::findings::{Repeated, nothing_found};
use super::lines::{self, Lines};
use super::{Answers, Confidence, Language, props};
use crate::decide::{Decided, Decisions};
use crate::error::ImportError;
use crate::input::{Head, Input};
use crate::sink::Output;
use crate::table::date::{self, Order};
use crate::table::profile::Evidence;

pub(crate) struct WhatsApp;

/// Lines of the head in which a sender must speak.
const LOOKED_AT: usize = 50;

impl Language for WhatsApp {
    fn id(&self) -> &'static str {
        "whatsapp"
    }

    fn recognise(&self, head: &Head<'_>) -> Option<Confidence> {
        let mut lines = lines::of(head.text).filter(|l| !l.trim().is_empty()).take(LOOKED_AT).peekable();
        start(lines.peek()?)?;
        lines.any(|l| start(l).is_some_and(|(_, rest)| sender(rest).is_some())).then_some(Confidence::Likely)
    }

    fn decide(&self, input: &Input<'_>, answers: &Answers) -> Result<Decided, ImportError> {
        let mut text = input.text()?;
        let mut lines = Lines::new(&mut text, input.at(), input.limits().record_bytes, 0);
        let mut evidence = Evidence::default();
        while let Some(line) = lines.next()? {
            if let Some((stamp, _)) = start(line.text) {
                evidence.date_in_order(stamp);
            }
        }
        let mut decisions = Decisions::default();
        match evidence.order(answers) {
            Ok(order) => decisions.set("date-order", order.name()),
            Err(question) => return Ok(Decided::Ask(question)),
        }
        Ok(Decided::Ready(decisions))
    }

    fn read(&self, input: &Input<'_>, decisions: &Decisions, out: &mut Output<'_>) -> Result<(), ImportError> {
        let order = decisions.fact("date-order").and_then(Order::named).unwrap_or(Order::Dmy);
        let cap = input.limits().record_bytes;
        let mut text = input.text()?;
        let mut lines = Lines::new(&mut text, input.at(), cap, lines::base_offset(input));
        let mut cut_off = Repeated::new("whatsapp-cut-off", "The last line has no end, so the chat may be cut off.");
        let (mut message, mut row) = (None::<Message>, 0);
        while let Some(line) = lines.next()? {
            let begins = start(line.text).is_some();
            if begins {
                if let Some(message) = message.take() {
                    message.hand_over(order, out)?;
                }
                row += 1;
                let locator = Locator { entry: 0, row, offset: line.offset, length: 0 };
                message = Some(Message { locator, raw: String::new() });
            }
            if !line.terminated {
                cut_off.count(row);
            }
            match &mut message {
                None if line.text.trim().is_empty() => {}
                None => out.skipped("whatsapp-before", line.number, "A line before the first message was left out."),
                Some(message) => {
                    if message.raw.len() + line.text.len() > cap {
                        let at = input.at().row(row).offset(message.locator.offset);
                        return Err(ImportError::TooLarge { at, what: "a message", limit: cap as u64 });
                    }
                    if !begins {
                        message.raw.push('\n');
                    }
                    message.raw.push_str(line.text);
                    message.locator.length = u32::try_from(line.end - message.locator.offset).unwrap_or(u32::MAX);
                }
            }
        }
        if let Some(message) = message {
            message.hand_over(order, out)?;
        }
        cut_off.tell(out)?;
        if row == 0 {
            nothing_found(out, "messages")?;
        }
        Ok(())
    }
}

/// A message with all its lines.
struct Message {
    locator: Locator,
    raw: String,
}

impl Message {
    fn hand_over(self, order: Order, out: &mut Output<'_>) -> Result<(), ImportError> {
        let (first, more) = self.raw.trim_end().split_once('\n').unwrap_or((self.raw.trim_end(), ""));
        let told = start(first).and_then(|(stamp, rest)| date::parse(stamp, order).ok().map(|moment| (moment, rest)));
        let Some((moment, rest)) = told else {
            return out.quarantine(self.locator, "whatsapp-date", "The message was set aside: its day or time is none.", &self.raw);
        };
        let mut record = Record::new(Kind::Other);
        record.locator = self.locator;
        record.moment = Some(moment);
        match sender(rest) {
            Some((sender, text)) => {
                sender.clone_into(&mut record.party);
                text.clone_into(&mut record.title);
            }
            // What the program itself says: who joined, that the chat is encrypted.
            None => {
                record.status = Status::Info;
                bare(rest).clone_into(&mut record.title);
            }
        }
        record.fields.set(props::memo(), more.trim());
        out.record(&mut record)
    }
}

/// Marks of the direction of writing, which stand before lines, times and names.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}' | '\u{202c}' | '\u{feff}'))
}

/// The time at the start of a message, and what stands behind it.
fn start(line: &str) -> Option<(&str, &str)> {
    let line = bare(line);
    let (stamp, rest) = match line.strip_prefix('[') {
        Some(line) => line.split_once(']')?,
        None => line.split_once(" - ")?,
    };
    let stamp = bare(stamp);
    // By its form alone: a day that is none still begins a message.
    let (day, clock) = stamp.split_once(", ").filter(|_| stamp.len() < 40)?;
    let mut parts = day.split(['/', '.', '-']).filter(|p| !p.is_empty());
    let numbers = parts.by_ref().take(3).filter(|p| p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())).count();
    let dated = numbers == 3 && parts.next().is_none() && clock.contains(':') && clock.starts_with(|c: char| c.is_ascii_digit());
    dated.then_some((stamp, rest))
}

/// Who says what, where somebody does.
fn sender(rest: &str) -> Option<(&str, &str)> {
    let rest = bare(rest);
    let (sender, text) = rest.split_once(": ").or_else(|| rest.strip_suffix(':').map(|sender| (sender, "")))?;
    Some((bare(sender), bare(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Kept, read, recognise};

    fn told(kept: &Kept) -> Vec<String> {
        let memo = |r: &Record| r.fields.get(props::memo()).map(|m| format!(" / {m}")).unwrap_or_default();
        kept.records.iter().map(|r| format!("{} {}: {}{}", r.moment.expect("a time"), r.party, r.title, memo(r))).collect()
    }

    #[test]
    fn messages_of_iphones_and_androids_are_read_with_all_their_lines() {
        let phone = "\u{200e}[31/12/2024, 23:59:58] Zoë: Happy\nnew year: all\n\n[01/01/2025, 00:00:10] Ann: \u{200e}image omitted\n\u{200e}[01/01/2025, 00:01:00] Messages are encrypted.\n[01/01/2025, 00:02:00] Zoë: a: b\n";
        let kept = read(&WhatsApp, phone.as_bytes(), &[]).expect("reads");
        assert_eq!(
            told(&kept),
            [
                "2024-12-31T23:59:58 Zoë: Happy / new year: all",
                "2025-01-01T00:00:10 Ann: image omitted",
                "2025-01-01T00:01:00 : Messages are encrypted.",
                "2025-01-01T00:02:00 Zoë: a: b",
            ]
        );
        assert_eq!(kept.summary.not_counting, 1, "what the program says is no message");
        let american = "[12/31/24, 11:59:58\u{202f}PM] A: x\n[1/1/25, 12:00:10\u{202f}AM] B: y\n";
        assert_eq!(told(&read(&WhatsApp, american.as_bytes(), &[]).expect("reads"))[1], "2025-01-01T00:00:10 B: y");
        let android = "31.12.24, 23:59 - Nachrichten sind verschlüsselt.\n31.12.24, 23:59 - Bob: hi, you\n01.01.25, 00:10 - Ann: <Medien ausgeschlossen>\n";
        let kept = read(&WhatsApp, android.as_bytes(), &[]).expect("reads");
        assert_eq!(told(&kept)[1..], ["2024-12-31T23:59 Bob: hi, you", "2025-01-01T00:10 Ann: <Medien ausgeschlossen>"]);
        for text in [phone, american, android] {
            assert_eq!(recognise(&WhatsApp, text.as_bytes(), "_chat.txt"), Some(Confidence::Likely));
        }
    }

    #[test]
    fn a_day_that_may_be_a_month_is_asked_about_and_one_that_is_none_is_set_aside() {
        let open = "[03/04/2025, 10:00:00] A: x\n[05/06/2025, 10:00:00] B: y\n";
        assert_eq!(read(&WhatsApp, open.as_bytes(), &[]).err().and_then(Result::ok).map(|q| q.id).as_deref(), Some("date-order"));
        let kept = read(&WhatsApp, open.as_bytes(), &[("date-order", "mdy")]).expect("reads");
        assert_eq!(told(&kept)[0], "2025-03-04T10:00:00 A: x");
        let kept = read(&WhatsApp, b"[14/01/2025, 10:00:00] A: x\n[31/02/2025, 10:00:00] B: y\nz\n", &[]).expect("reads");
        assert_eq!((kept.records.len(), kept.quarantined.len()), (1, 1));
    }

    #[test]
    fn other_texts_are_no_chats() {
        for text in
            ["[14/01/2025, 10:00:00] starting up\n", "Date, Time - Text\n1, 2 - x: y\n", "14/01/2025;10:00 - x: y\n", "hello: you\n"]
        {
            assert_eq!(recognise(&WhatsApp, text.as_bytes(), "_chat.txt"), None, "{text}");
        }
    }
}
