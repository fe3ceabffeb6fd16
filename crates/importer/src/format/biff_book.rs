//! What the sheets of a binary Excel workbook share: their list, the styles of cells and the texts.

use std::collections::HashMap;
use std::io::{Read, Seek};

use encoding_rs::Encoding;

use super::biff_record::{Records, kind};
use super::spreadsheet::{Counted, MOST_TEXT, too_large};
use crate::container::{LOCKED_EXCEL, OLD_EXCEL};
use crate::error::{At, ImportError};

/// Where a sheet begins.
pub(super) struct Place {
    pub name: String,
    pub hidden: bool,
    pub offset: u64,
}

/// What all sheets share.
#[derive(Default)]
pub(super) struct Book {
    /// Texts are in UTF-16, not in a charset of old.
    pub unicode: bool,
    pub charset: Option<&'static Encoding>,
    pub from_1904: bool,
    pub places: Vec<Place>,
    formats: HashMap<u16, Option<Counted>>,
    /// The format of each style of a cell.
    styles: Vec<u16>,
    strings: String,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl Book {
    pub fn read<R: Read + Seek>(records: &mut Records<'_, R>, at: &At) -> Result<Self, ImportError> {
        let mut book = Self::default();
        if records.next()? != kind::BOF {
            return Err(OLD_EXCEL.error(at.clone()));
        }
        book.unicode = match (records.u16()?, records.u16()?) {
            (0x0600, 0x0005) => true,
            (0x0500, 0x0005) => false,
            _ => return Err(OLD_EXCEL.error(at.clone())),
        };
        loop {
            match records.next()? {
                kind::EOF => return Ok(book),
                kind::FILE_PASS => return Err(LOCKED_EXCEL.error(at.clone())),
                kind::CODE_PAGE => book.charset = charset(records.u16()?),
                kind::DATE_1904 => book.from_1904 = records.u16()? == 1,
                kind::BOUND_SHEET => book.place(records)?,
                kind::FORMAT => {
                    let (id, mut format) = (records.u16()?, String::new());
                    let read = match book.unicode {
                        true => records.text(&mut format),
                        false => records.u8().and_then(|count| records.bytes(count.into(), book.charset, &mut format)),
                    };
                    // One that makes no sense shows no day; a day that is shown as a number is noticed.
                    book.formats.insert(id, read.ok().and_then(|()| counted(&format)));
                }
                kind::XF => {
                    records.u16()?;
                    book.styles.push(records.u16()?);
                }
                kind::SST => book.strings(records, at)?,
                _ => {}
            }
        }
    }

    fn place<R: Read + Seek>(&mut self, records: &mut Records<'_, R>) -> Result<(), ImportError> {
        let (offset, state, sort, count) = (records.u32()?, records.u8()?, records.u8()?, records.u8()?);
        let mut name = String::new();
        if self.unicode {
            let wide = records.u8()? & 1 == 1;
            records.units(count.into(), wide, &mut name)?;
        } else {
            records.bytes(count.into(), self.charset, &mut name)?;
        }
        // Charts and programs have no cells of data.
        if sort == 0 {
            self.places.push(Place { name, hidden: state & 3 != 0, offset: offset.into() });
        }
        Ok(())
    }

    fn strings<R: Read + Seek>(&mut self, records: &mut Records<'_, R>, at: &At) -> Result<(), ImportError> {
        let (_uses, count) = (records.u32()?, records.u32()?);
        for _ in 0..count {
            if records.rest() == 0 && !records.go_on()? {
                break;
            }
            records.text(&mut self.strings)?;
            self.ends.push(self.strings.len());
            if self.strings.len() > MOST_TEXT {
                return Err(too_large(at, "the text of the sheets", MOST_TEXT as u64));
            }
        }
        Ok(())
    }

    pub fn string(&self, index: u32) -> Option<&str> {
        let index = index as usize;
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.strings.get(start..*self.ends.get(index)?)
    }

    /// Whether a number in this style is a day or a time.
    pub fn counted(&self, style: u16) -> Option<Counted> {
        let format = *self.styles.get(usize::from(style))?;
        match format {
            0 => None,
            14..=22 | 45 | 47 => Some(Counted::Days),
            46 => Some(Counted::Duration),
            // Days of the Far East, if the file does not say otherwise.
            27..=36 | 50..=58 => self.formats.get(&format).copied().unwrap_or(Some(Counted::Days)),
            _ => self.formats.get(&format).copied().flatten(),
        }
    }
}

/// The charset of a code page.
fn charset(page: u16) -> Option<&'static Encoding> {
    let label = match page {
        367 | 32_769 => "windows-1252",
        866 => "ibm866",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        10_000 | 32_768 => "macintosh",
        page => return Encoding::for_label(format!("windows-{page}").as_bytes()),
    };
    Encoding::for_label(label.as_bytes())
}

/// Whether a format shows a number as a day or a time, by the first of its sections.
fn counted(format: &str) -> Option<Counted> {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match letter.to_ascii_lowercase() {
            ';' => return None,
            '"' => drop(letters.find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(letters.next()),
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect::<String>().to_ascii_lowercase();
                if ["h", "m", "s"].iter().any(|unit| !inside.is_empty() && inside.trim_matches(|c| unit.contains(c)).is_empty()) {
                    return Some(Counted::Duration);
                }
            }
            'd' | 'm' | 'y' | 'h' | 's' => return Some(Counted::Days),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_days_and_of_numbers() {
        use Counted::{Days, Duration};
        for (format, told) in [
            ("General", None),
            ("dd/mm/yyyy", Some(Days)),
            ("[$-409]d\\-mmm\\-yy;@", Some(Days)),
            ("TT.MM.JJJJ", Some(Days)),
            ("[h]:mm:ss", Some(Duration)),
            ("[ss].0", Some(Duration)),
            ("#,##0.00\\ [$kr-41D];[Red]-#,##0.00", None),
            ("\"d\"0.00_m*h", None),
            ("0.00E+00", None),
            ("0;dd", None),
            ("[]0", None),
        ] {
            assert_eq!(counted(format), told, "{format}");
        }
    }
}
