//! Trials A13 to A17, A35 and A36: XML and SGML made to harm, markup languages with parts that lead nowhere, and pictures.

mod trials_support;

use std::time::Duration;

use holdall_importer::{ImportError, Options, Outcome, Source};
use holdall_model::Severity;
use trials_support::*;

const CAMT: (&str, &str) = ("standards", "camt");
const DOCUMENT: &str = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id><Acct><Id><IBAN>CH0000000000000000000</IBAN></Id><Ccy>CHF</Ccy></Acct>";
const CLOSED: &str = "</Stmt></BkToCstmrStmt></Document>";

fn entry(text: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"CHF\">45.90</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2025-09-04</Dt></BookgDt><AddtlNtryInf>{text}</AddtlNtryInf></Ntry>"
    )
}

fn camt(declaration: &str, text: &str) -> String {
    format!("{declaration}{DOCUMENT}{}{CLOSED}", entry(text))
}

#[test]
fn a13_entities_of_a_file_s_own_are_refused_and_never_expanded() {
    let mut laughs = "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY a0 \"ha\">".to_owned();
    (1..10).for_each(|n| laughs += &format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)));
    laughs += "]>";
    for (layout, name, text) in [
        (CAMT, "a.xml", camt(&laughs, "&a9;")),
        (("apple-health", "export"), "export.xml", format!("{laughs}<HealthData locale=\"en\"><Record type=\"&a9;\"/></HealthData>")),
    ] {
        let options = options(layout, &[]);
        let cost = measured(
            "a13_entities_of_a_file_s_own_are_refused_and_never_expanded",
            || source(name, &text),
            |file| {
                let (code, words) = refusal(file, &options);
                assert!(code == "file-damaged" && words.contains("entities of its own, which are never expanded"), "{words}");
            },
        );
        if let Some(cost) = cost {
            cost.check(Duration::from_millis(10), 16 * MIB);
        }
    }
}

#[test]
fn a14_a_reference_to_a_file_or_an_address_opens_neither() {
    let folder = Folder::new("a14");
    let secret = folder.0.join("secret.txt");
    std::fs::write(&secret, "canary-5520").expect("written");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a place to listen");
    listener.set_nonblocking(true).expect("does not wait");
    let address = format!("http://{}/x.dtd", listener.local_addr().expect("its address"));
    let file = format!("file://{}", secret.display());
    let mut read = Vec::new();
    for declaration in [
        format!("<!DOCTYPE d [<!ENTITY x SYSTEM \"{file}\">]>"),
        format!("<!DOCTYPE d [<!ENTITY x SYSTEM \"{address}\">]>"),
        format!("<!DOCTYPE d [<!ENTITY % x SYSTEM \"{address}\"> %x;]>"),
        format!("<!DOCTYPE d SYSTEM \"{address}\">"),
        format!("<?xml-stylesheet href=\"{address}\"?>"),
    ] {
        match run(&source("a.xml", camt(&declaration, "a &x; b")), &options(CAMT, &[])) {
            Ok((kept, _)) => read.extend(kept.records.into_iter().map(|(r, _)| format!("{r:?}"))),
            Err(error) => assert!(matches!(error, ImportError::Damaged { .. }), "{error}"),
        }
    }
    assert_eq!(read.len(), 2, "what defines no entity is read");
    assert!(read.iter().all(|r| !r.contains("canary-5520")));
    let knocked = listener.accept().map(|_| ()).map_err(|e| e.kind());
    assert_eq!(knocked, Err(std::io::ErrorKind::WouldBlock), "somebody came");
}

#[test]
fn a15_nesting_attributes_and_texts_without_end_are_refused_at_their_caps() {
    let test = "a15_nesting_attributes_and_texts_without_end_are_refused_at_their_caps";
    let prepare = || {
        [
            (Long::source("deep.xml", DOCUMENT, "<a>", 1 << 20, ""), "the nesting of elements is beyond the limit of 128"),
            (Long::source("wide.xml", &format!("{DOCUMENT}<Ntry"), " a1=\"1\"", 800_000, "/>"), "is beyond the limit of 4194304"),
            (Long::source("text.xml", &format!("{DOCUMENT}<Ntry><Amt>"), &"x".repeat(1024), 1 << 20, ""), "is beyond the limit of 4194304"),
            (Long::source("note.xml", &format!("{DOCUMENT}<!--"), &"x".repeat(1024), 1 << 20, ""), "is beyond the limit of 4194304"),
        ]
    };
    let cost = measured(test, prepare, |files| {
        for (file, expected) in files {
            let (code, words) = refusal(file, &options(CAMT, &[]));
            assert!(code == "too-large" && words.contains(expected) && words.contains(", byte "), "{words}");
        }
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_secs(1), 64 * MIB);
    }
}

#[test]
fn a16_the_bytes_tell_the_charset_and_a_false_declaration_is_told() {
    let text = camt("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", "Bäckerei Größe");
    let utf16 = |big: bool| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(|u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    for (bytes, false_declaration) in
        [(utf16(false), true), (utf16(true), true), (text.clone().into_bytes(), true), (latin.into_owned(), false)]
    {
        let kept = import("a.xml", bytes);
        assert_eq!(kept.titles(), ["Bäckerei Größe"]);
        let told = kept.diagnostics.iter().find(|d| d.id == "charset-differs");
        assert_eq!(told.is_some(), false_declaration, "{:?}", kept.diagnostics);
        assert!(told.is_none_or(|d| d.severity == Severity::Note && d.text.contains("windows-1252")), "{told:?}");
    }
    let plain = import("a.xml", camt("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", "Baker"));
    assert!(plain.diagnostics.iter().all(|d| d.id != "charset-differs"), "plain letters are the same in both");
    let unclosed = camt("", "x").replace("</Document>", "");
    let (code, words) = refusal(&source("a.xml", unclosed), &Options::default());
    assert!(code == "file-damaged" && words.contains("the file ends inside the element Document"), "{words}");
}

const SGML_HEAD: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:20250930-1\n\n";
const XML_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><?OFX OFXHEADER=\"200\" VERSION=\"211\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"20250930-1\"?>";

/// Two statements; `leaf` writes a value with or without its closing tag.
fn ofx(leaf: impl Fn(&str, &str) -> String) -> String {
    let row = |kind: &str, day: &str, amount: &str, id: &str, name: &str| {
        let inner: String = [("TRNTYPE", kind), ("DTPOSTED", day), ("TRNAMT", amount), ("FITID", id), ("NAME", name)]
            .iter()
            .map(|(k, v)| leaf(k, v))
            .collect();
        format!("<STMTTRN>{inner}</STMTTRN>")
    };
    let statement = |currency: &str, account: &str, rows: String| {
        format!(
            "<STMTTRNRS>{}<STATUS>{}{}</STATUS><STMTRS>{}<BANKACCTFROM>{}{}{}</BANKACCTFROM><BANKTRANLIST>{}{}{rows}</BANKTRANLIST></STMTRS></STMTTRNRS>",
            leaf("TRNUID", "1"),
            leaf("CODE", "0"),
            leaf("SEVERITY", "INFO"),
            leaf("CURDEF", currency),
            leaf("BANKID", "1"),
            leaf("ACCTID", account),
            leaf("ACCTTYPE", "CHECKING"),
            leaf("DTSTART", "20250901"),
            leaf("DTEND", "20250930"),
        )
    };
    let first =
        row("DEBIT", "20250903", "-18.40", "a1", "Café &amp; Söhne") + &row("DEBIT", "20250903", "-18.40", "a2", "Café &amp; Söhne");
    let second = row("CREDIT", "20250915", "2310.55", "b1", "Payroll");
    format!(
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS>{}{}</STATUS>{}{}</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1>{}{}</BANKMSGSRSV1></OFX>",
        leaf("CODE", "0"),
        leaf("SEVERITY", "INFO"),
        leaf("DTSERVER", "20250930180000"),
        leaf("LANGUAGE", "ENG"),
        statement("EUR", "111", first),
        statement("CHF", "222", second)
    )
}

#[test]
fn a17_open_and_closed_ofx_give_the_same_rows_whatever_the_header_says() {
    let open = ofx(|k, v| format!("<{k}>{v}\n"));
    let closed = ofx(|k, v| format!("<{k}>{v}</{k}>"));
    let told = |bytes: &[u8]| -> Vec<String> {
        let kept = import("a.ofx", bytes);
        assert!(kept.quarantined.is_empty());
        let one = |(r, i): &(holdall_model::Record, holdall_importer::Identity)| {
            format!("{} {:?} {} {} {:?}", r.title, r.amount, r.account, r.external_id, i.row)
        };
        kept.records.iter().map(one).collect()
    };
    let twin = told(format!("{XML_HEAD}{closed}").as_bytes());
    assert_eq!(twin.len(), 3);
    assert!(twin[0].contains("Café & Söhne") && twin[0].contains("EUR") && twin[2].contains("CHF") && twin[2].contains("222"), "{twin:?}");
    let sgml = format!("{SGML_HEAD}{open}");
    assert_eq!(told(sgml.as_bytes()), twin, "UTF-8 under a header that says windows-1252");
    assert_eq!(told(&encoding_rs::WINDOWS_1252.encode(&sgml).0), twin, "what the header says");
    assert_eq!(told(sgml.replace("CHARSET:1252", "CHARSET:NONE").as_bytes()), twin);
}

#[test]
fn a35_hostile_parts_of_calendars_and_passes_are_set_aside() {
    let event = |n: usize| {
        format!(
            "BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:20250904T0{}0000Z\r\nDTEND:20250904T090000Z\r\nSUMMARY:Flight LX 16 ZRH-JFK\r\nEND:VEVENT\r\n",
            n % 9
        )
    };
    let nested = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}{}END:VCALENDAR\r\n", "BEGIN:VEVENT\r\n".repeat(100_000), event(1));
    match import_as(("standards", "icalendar"), "a.ics", nested, &[]) {
        Ok(kept) => assert!(kept.records.len() <= 1 && !kept.diagnostics.is_empty() | !kept.quarantined.is_empty()),
        Err(error) => assert!(["file-damaged", "too-large"].contains(&error.code()), "{error}"),
    }
    let folded = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:{}", "x\r\n ".repeat(1 << 20));
    let (code, words) = refusal(&source("a.ics", folded), &options(("standards", "icalendar"), &[]));
    assert!(["file-damaged", "too-large"].contains(&code), "{words}");
    // A place on no earth, and a bar code of nothing.
    let pass = "{\"formatVersion\":1,\"passTypeIdentifier\":\"x\",\"boardingPass\":{\"transitType\":\"PKTransitTypeAir\"},\"locations\":[{\"latitude\":999,\"longitude\":-999}],\"barcode\":{\"message\":\"M9\",\"format\":\"x\"}}";
    match import_as(("apple-wallet", "pass"), "pass.json", pass, &[]) {
        Ok(kept) => assert!(kept.records.is_empty() && (!kept.quarantined.is_empty() || !kept.diagnostics.is_empty())),
        Err(error) => assert!(["file-damaged", "layout-mismatch"].contains(&error.code()), "{error}"),
    }
    // Mail, tracks and places are in no layout: they are named unknown, and nothing of them is kept.
    for (name, text) in [
        (
            "a.eml",
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"a\"\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=\"a\"\r\n",
        ),
        ("a.gpx", "<?xml version=\"1.0\"?><gpx version=\"1.1\"><trk><trkseg><trkpt lat=\"999\" lon=\"999\"/></trkseg></trk></gpx>"),
    ] {
        assert!(matches!(outcome(name, text), Outcome::Unknown { .. }), "{name}");
    }
}

/// No picture is ever decoded: neither this crate nor any it uses can. A picture is named by its first bytes and refused, so that its
/// size, its scripts and its links never matter.
#[test]
fn a36_pictures_are_named_and_never_decoded() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(50_000u32.to_be_bytes());
    png.extend(50_000u32.to_be_bytes());
    let svg = "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"><script>alert(1)</script><image xlink:href=\"file:///etc/passwd\"/></svg>";
    let pictures: [(&str, &[u8]); 8] = [
        ("huge.png", &png),
        ("script.svg", svg.as_bytes()),
        ("bare.svg", &svg.as_bytes()[22..]),
        ("a.jpg", b"\xff\xd8\xff\xe1\0\0Exif"),
        ("a.gif", b"GIF89a\xff\xff\xff\xff"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 "),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0"),
        ("a.tif", b"II*\0\x08\0\0\0"),
    ];
    let prepare = || pictures.map(|(name, bytes)| source(name, bytes));
    let cost = measured("a36_pictures_are_named_and_never_decoded", prepare, |files| {
        for file in files {
            let (code, words) = refusal(file, &Options::default());
            assert!(code == "container-unsupported" && words.contains("the kind picture"), "{words}");
        }
    });
    if let Some(cost) = cost {
        cost.check(Duration::from_millis(50), 4 * MIB);
    }
    let inspection = look(&source("a.zip", zipped(&pictures, stored())), &Options::default()).expect("looked at");
    assert!(inspection.files.iter().all(|f| matches!(&f.outcome, Outcome::Ignored { why } if why.contains("picture"))), "{inspection:?}");
    // A table that speaks of a drawing is still a table.
    let table = Source::from_bytes("a.csv", rows(&["-1.00"]).replace("COFFEE", "<svg").into_bytes());
    assert_eq!(run(&table, &Options::default()).expect("read").0.amounts(), ["-1.00"]);
}
