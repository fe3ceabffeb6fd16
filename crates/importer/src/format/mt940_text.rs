//! What a statement line is about, field `:86:`: German `?20…`, Dutch `/TRTP/…`, SEPA `EREF+…`, or free text.

/// The parts of a `:86:` that could be told apart. Everything else is in `text`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Details {
    pub kind: String,
    pub text: String,
    pub party: String,
    pub account: String,
    pub end_to_end: String,
    pub mandate: String,
    pub creditor: String,
    /// Codes without a property of their own, kept findable.
    pub rest: String,
}

pub(crate) fn parse(lines: &[String]) -> Details {
    let joined: String = lines.iter().map(String::as_str).collect();
    if let Some(separator) = german_separator(&joined) {
        return german(&joined, separator);
    }
    let text = free_text(lines);
    let start = joined.trim_start();
    if start.starts_with('/') && slashed(start).len() > 1 {
        return dutch(start);
    }
    let mut details = Details::default();
    if find_keyword(&text).is_some() {
        sepa(&text, &mut details);
    } else {
        details.text = text;
    }
    details
}

/// Lines of full width were cut, shorter ones ended.
fn free_text(lines: &[String]) -> String {
    let mut text = String::new();
    let mut full = true;
    for line in lines.iter().filter(|l| !l.trim().is_empty()) {
        if !full {
            text.push(' ');
        }
        text.push_str(line);
        full = line.chars().count() >= 65;
    }
    collapse(&text)
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Three digits of the booking code, then the sign that opens each subfield: `?` in Germany, `<`, `~` or `^` in Poland.
fn german_separator(text: &str) -> Option<char> {
    let text = text.trim_start();
    let bytes = text.as_bytes();
    let code = bytes.len() > 6 && bytes[..3].iter().all(u8::is_ascii_digit);
    let opens =
        |at: usize| matches!(bytes[at], b'?' | b'<' | b'~' | b'^') && bytes[at + 1].is_ascii_digit() && bytes[at + 2].is_ascii_digit();
    if code && opens(3) {
        Some(char::from(bytes[3]))
    } else if bytes.len() > 3 && opens(0) {
        Some(char::from(bytes[0]))
    } else {
        None
    }
}

fn german(text: &str, separator: char) -> Details {
    let mut details = Details::default();
    let mut parts = text.trim_start().split(separator);
    let code = parts.next().unwrap_or_default();
    push(&mut details.rest, code);
    let mut purpose = String::new();
    let mut last = 0;
    for part in parts {
        let Some((number, value)) = part.get(..2).and_then(|n| Some((n.parse::<u8>().ok()?, &part[2..]))) else {
            // The sign stood in the text itself.
            if matches!(last, 20..=29 | 60..=63) {
                purpose.push(separator);
                purpose.push_str(part);
            }
            continue;
        };
        last = number;
        match number {
            0 => details.kind = collapse(value),
            20..=29 | 60..=63 => purpose.push_str(value),
            31 | 38 => push(&mut details.account, value),
            32 | 33 => details.party.push_str(value),
            _ => push(&mut details.rest, value),
        }
    }
    details.party = collapse(&details.party);
    if find_keyword(&purpose).is_some() {
        sepa(&purpose, &mut details);
    } else {
        details.text = collapse(&purpose);
    }
    details
}

fn push(to: &mut String, value: &str) {
    let value = value.trim();
    if !value.is_empty() {
        if !to.is_empty() {
            to.push(' ');
        }
        to.push_str(value);
    }
}

/// Keywords of the German SEPA conventions, each followed by `+`.
const KEYWORDS: [&str; 19] = [
    "EREF", "KREF", "MREF", "CRED", "DEBT", "COAM", "OAMT", "SVWZ", "ABWA", "ABWE", "IBAN", "PREF", "RREF", "PURP", "MDAT", "DDAT", "SQTP",
    "ORCR", "BIC",
];

fn find_keyword(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(plus) = text[from..].find('+').map(|i| from + i) {
        for keyword in KEYWORDS {
            let begins = plus.checked_sub(keyword.len()).filter(|start| text.get(*start..plus) == Some(keyword));
            // `NOBIC+` is a word of its own; a keyword may follow anything else, as lines are cut anywhere.
            if let Some(start) = begins
                && !(keyword == "BIC" && text[..start].ends_with(|c: char| c.is_ascii_uppercase()))
            {
                return Some((start, plus + 1));
            }
        }
        from = plus + 1;
    }
    None
}

fn sepa(text: &str, details: &mut Details) {
    let Some((start, mut value_at)) = find_keyword(text) else { return };
    push(&mut details.text, &text[..start]);
    let mut keyword = text[start..value_at - 1].to_owned();
    loop {
        let rest = &text[value_at..];
        let next = find_keyword(rest);
        let value = collapse(&rest[..next.map_or(rest.len(), |(start, _)| start)]);
        // A message of the bank may stand right behind any value.
        let (value, message) = value.split_once("MTLG:").map_or((value.as_str(), ""), |(v, m)| (v.trim_end(), m));
        push(&mut details.text, message);
        let value = value.to_owned();
        match keyword.as_str() {
            "EREF" | "KREF" if value == "NOTPROVIDED" || value == "NONREF" => {}
            "EREF" => details.end_to_end = value,
            "KREF" if details.end_to_end.is_empty() => details.end_to_end = value,
            "MREF" => details.mandate = value,
            "CRED" => details.creditor = value,
            "SVWZ" => push(&mut details.text, &value),
            "IBAN" if details.account.is_empty() => details.account = value,
            "ABWA" | "ABWE" if details.party.is_empty() => details.party = value,
            _ => push(&mut details.rest, &value),
        }
        match next {
            Some((start, end)) => {
                keyword = rest[start..end - 1].to_owned();
                value_at += end;
            }
            None => return,
        }
    }
}

/// Keys of the Dutch and Belgian conventions, each between slashes.
const SLASHED: [&str; 38] = [
    "TRTP", "TRCD", "TRDT", "IBAN", "BIC", "NAME", "REMI", "EREF", "IREF", "PREF", "KREF", "MARF", "CSID", "CNTP", "ORDP", "BENM", "RTRN",
    "ULTD", "ULTC", "ULTB", "UDTR", "UCRD", "PURP", "ISDT", "EXCH", "OCMT", "CHGS", "CHG1", "SVCL", "ADDR", "ID", "RTYP", "SUMM", "BATCH",
    "TIME", "DATE", "INFO", "FX",
];

/// `/KEY/value/KEY/value`: a value runs to the next known key, as it may hold slashes itself.
fn slashed(text: &str) -> Vec<(&'static str, &str)> {
    let mut found: Vec<(&'static str, usize, usize)> = Vec::new();
    for (i, _) in text.match_indices('/') {
        let after = &text[i + 1..];
        if let Some(key) = SLASHED.iter().find(|key| after.strip_prefix(**key).is_some_and(|rest| rest.starts_with('/'))) {
            found.push((key, i, i + key.len() + 2));
        }
    }
    let ends = found.iter().skip(1).map(|(_, start, _)| *start).chain([text.len()]);
    found.iter().zip(ends).map(|((key, _, from), to)| (*key, text[*from.min(&to)..to].trim_matches('/'))).collect()
}

fn dutch(text: &str) -> Details {
    let mut details = Details::default();
    for (key, value) in slashed(text) {
        let value = collapse(value);
        match key {
            "TRTP" => details.kind = value,
            "REMI" => push(&mut details.text, value.trim_start_matches("USTD//").trim_start_matches("STRD/").trim()),
            "NAME" if details.party.is_empty() => details.party = value,
            "IBAN" if details.account.is_empty() => details.account = value,
            "EREF" | "KREF" if value == "NOTPROVIDED" || value == "NONREF" => {}
            "EREF" => details.end_to_end = value,
            "MARF" => details.mandate = value,
            "CSID" => details.creditor = value,
            "CNTP" => {
                let mut parts = value.split('/');
                details.account = parts.next().unwrap_or_default().trim().to_owned();
                push(&mut details.rest, parts.next().unwrap_or_default());
                details.party = parts.next().unwrap_or_default().trim().to_owned();
                parts.for_each(|part| push(&mut details.rest, part));
            }
            _ => push(&mut details.rest, &value),
        }
    }
    details
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn german_subfields_are_joined_where_lines_were_cut() {
        let details = parse(&lines(
            "166?00GUTSCHRIFT?100399?20EREF+E2E 7?21SVWZ+Rent Sep?22tember?30DRESDEFF508?31DE1450880\n0500194785000?32KARL?33 KAUFMANN?34999",
        ));
        assert_eq!((details.kind.as_str(), details.end_to_end.as_str()), ("GUTSCHRIFT", "E2E 7"));
        assert_eq!((details.text.as_str(), details.party.as_str()), ("Rent September", "KARL KAUFMANN"));
        assert_eq!((details.account.as_str(), details.rest.as_str()), ("DE14508800500194785000", "166 0399 DRESDEFF508 999"));
        let polish = parse(&lines("020<00Przelew<20za czynsz<32JAN<38PL611090"));
        assert_eq!((polish.text.as_str(), polish.account.as_str()), ("za czynsz", "PL611090"));
        let question = parse(&lines("105?00X?20Why?? Because?21 of it"));
        assert_eq!(question.text, "Why?? Because of it");
    }

    #[test]
    fn dutch_keys_end_a_value_and_slashes_do_not() {
        let details = parse(&lines(
            "/TRTP/SEPA INCASSO/IBAN/NL44RABO0123456789/BIC/RABONL2U/NAME/Gas/Water BV\n/MARF/M-1/REMI/bill 1/2/EREF/NOTPROVIDED/CSID/NL99ZZZ",
        ));
        assert_eq!((details.kind.as_str(), details.party.as_str(), details.text.as_str()), ("SEPA INCASSO", "Gas/Water BV", "bill 1/2"));
        assert_eq!((details.mandate.as_str(), details.creditor.as_str(), details.end_to_end.as_str()), ("M-1", "NL99ZZZ", ""));
        let ing = parse(&lines("/EREF/E1//CNTP/NL20INGB0001234567/INGBNL2A/ING Testrekening/AMSTERDAM//REMI/USTD//EV10001REP100000T1000/"));
        assert_eq!(
            (ing.account.as_str(), ing.party.as_str(), ing.text.as_str()),
            ("NL20INGB0001234567", "ING Testrekening", "EV10001REP100000T1000")
        );
    }

    #[test]
    fn free_text_keeps_its_words() {
        assert_eq!(parse(&lines("BEA  NR:1\n\nHERE")).text, "BEA NR:1 HERE");
        let cut = format!("{}\n456", "9".repeat(65));
        assert_eq!(parse(&lines(&cut)).text, format!("{}456", "9".repeat(65)));
        let keyed = parse(&lines("EREF+A1 MREF+M1 CRED+DE98 SVWZ+Thanks + bye"));
        assert_eq!((keyed.end_to_end.as_str(), keyed.mandate.as_str(), keyed.text.as_str()), ("A1", "M1", "Thanks + bye"));
    }
}
