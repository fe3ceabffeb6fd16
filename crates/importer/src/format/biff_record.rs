//! The records of a binary Excel workbook, one at a time, and the values in them. Nothing is set aside for what a record only claims.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::Encoding;

use super::spreadsheet::unreadable;
use crate::container::NO_CHARSET;
use crate::error::{At, ImportError};
use crate::input::from_io;

/// Kinds of records, by the names of the specification ([MS-XLS]).
pub(super) mod kind {
    /// Goes on with the one before.
    pub const CONTINUE: u16 = 0x003c;
    pub const BOF: u16 = 0x0809;
    pub const EOF: u16 = 0x000a;
    pub const FILE_PASS: u16 = 0x002f;
    pub const CODE_PAGE: u16 = 0x0042;
    pub const DATE_1904: u16 = 0x0022;
    pub const BOUND_SHEET: u16 = 0x0085;
    pub const FORMAT: u16 = 0x041e;
    pub const XF: u16 = 0x00e0;
    pub const SST: u16 = 0x00fc;
    pub const LABEL_SST: u16 = 0x00fd;
    pub const LABEL: u16 = 0x0204;
    pub const R_STRING: u16 = 0x00d6;
    pub const NUMBER: u16 = 0x0203;
    pub const RK: u16 = 0x027e;
    pub const MUL_RK: u16 = 0x00bd;
    pub const FORMULA: u16 = 0x0006;
    /// As the two versions before wrote it, and some programs still do.
    pub const FORMULA_3: u16 = 0x0206;
    pub const FORMULA_4: u16 = 0x0406;
    pub const STRING: u16 = 0x0207;
    pub const BOOL_ERR: u16 = 0x0205;
}

pub(super) struct Records<'a, R> {
    stream: R,
    at: &'a At,
    /// Bytes that may still be read: the sheets of a sound file do not overlap.
    left: u64,
    /// The record at hand.
    data: Vec<u8>,
    pos: usize,
    /// Kind and length of the next one, where it was looked at.
    header: Option<(u16, u16)>,
    units: Vec<u16>,
}

impl<'a, R: Read + Seek> Records<'a, R> {
    /// `length`: bytes of the whole stream.
    pub fn new(stream: R, length: u64, at: &'a At) -> Self {
        Self { stream, at, left: length, data: Vec::new(), pos: 0, header: None, units: Vec::new() }
    }

    pub fn damaged(&self) -> ImportError {
        unreadable(self.at)
    }

    fn failed(&self, error: io::Error) -> ImportError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput => self.damaged(),
            _ => from_io(error, self.at.clone()),
        }
    }

    pub fn seek(&mut self, to: u64) -> Result<(), ImportError> {
        self.header = None;
        self.stream.seek(SeekFrom::Start(to)).map(drop).map_err(|e| self.failed(e))
    }

    /// Reads the next record and says its kind. A stream that ends without its last record is damaged.
    pub fn next(&mut self) -> Result<u16, ImportError> {
        let (kind, length) = self.look()?;
        self.load(length)?;
        Ok(kind)
    }

    fn look(&mut self) -> Result<(u16, u16), ImportError> {
        if let Some(header) = self.header {
            return Ok(header);
        }
        let mut header = [0; 4];
        self.left = self.left.checked_sub(4).ok_or_else(|| self.damaged())?;
        self.stream.read_exact(&mut header).map_err(|e| self.failed(e))?;
        let [a, b, c, d] = header;
        Ok(*self.header.insert((u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))))
    }

    fn load(&mut self, length: u16) -> Result<(), ImportError> {
        self.left = self.left.checked_sub(length.into()).ok_or_else(|| self.damaged())?;
        self.data.resize(length.into(), 0);
        (self.pos, self.header) = (0, None);
        self.stream.read_exact(&mut self.data).map_err(|e| self.failed(e))
    }

    /// Goes on in the next record, if it belongs to this one.
    pub fn go_on(&mut self) -> Result<bool, ImportError> {
        match self.look()? {
            (kind::CONTINUE, length) => self.load(length).map(|()| true),
            _ => Ok(false),
        }
    }

    /// Bytes of the record at hand that were not read yet.
    pub fn rest(&self) -> usize {
        self.data.len() - self.pos
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], ImportError> {
        let bytes = self.data.get(self.pos..).and_then(|rest| rest.first_chunk::<N>()).copied();
        self.pos += N;
        bytes.ok_or_else(|| {
            self.pos = self.data.len();
            self.damaged()
        })
    }

    pub fn u8(&mut self) -> Result<u8, ImportError> {
        self.array().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Result<u16, ImportError> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Result<u32, ImportError> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn f64(&mut self) -> Result<f64, ImportError> {
        self.array().map(f64::from_le_bytes)
    }

    /// A number in four bytes: the upper part of a double or a whole number, and maybe a hundredth of it.
    pub fn rk(&mut self) -> Result<f64, ImportError> {
        let packed = self.u32()?;
        let value = match packed & 2 {
            0 => f64::from_bits(u64::from(packed & !3) << 32),
            _ => f64::from(packed.cast_signed() >> 2),
        };
        Ok(if packed & 1 == 1 { value / 100.0 } else { value })
    }

    /// Passes over bytes that may go on in further records.
    pub fn skip(&mut self, mut count: u64) -> Result<(), ImportError> {
        loop {
            let here = count.min(self.rest() as u64);
            self.pos += here as usize;
            count -= here;
            if count == 0 {
                return Ok(());
            }
            if !self.go_on()? {
                return Err(self.damaged());
            }
        }
    }

    /// Text of so many bytes in a charset of old; where none is known, it must be one that all of them share.
    pub fn bytes(&mut self, count: usize, charset: Option<&'static Encoding>, out: &mut String) -> Result<(), ImportError> {
        let bytes = self.data.get(self.pos..self.pos + count).ok_or_else(|| self.damaged())?;
        let charset =
            charset.or_else(|| bytes.is_ascii().then_some(encoding_rs::UTF_8)).ok_or_else(|| NO_CHARSET.error(self.at.clone()))?;
        out.push_str(&charset.decode_without_bom_handling(bytes).0);
        self.pos += count;
        Ok(())
    }

    /// Text of so many UTF-16 units, in one byte each where all are below 256. It may go on in further records, and each of them says anew
    /// how it is written.
    pub fn units(&mut self, mut count: usize, mut wide: bool, out: &mut String) -> Result<(), ImportError> {
        self.units.clear();
        while count > 0 {
            if self.rest() == 0 {
                if !self.go_on()? {
                    return Err(self.damaged());
                }
                wide = self.u8()? & 1 == 1;
            }
            let size = if wide { 2 } else { 1 };
            let here = count.min(self.rest() / size);
            if here == 0 {
                return Err(self.damaged());
            }
            let bytes = &self.data[self.pos..self.pos + here * size];
            match wide {
                true => self.units.extend(bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))),
                false => self.units.extend(bytes.iter().map(|byte| u16::from(*byte))),
            }
            self.pos += here * size;
            count -= here;
        }
        out.extend(char::decode_utf16(self.units.iter().copied()).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        Ok(())
    }

    /// The text that begins here and says its own length in `u16`; with its form and its sound, which are passed over.
    pub fn text(&mut self, out: &mut String) -> Result<(), ImportError> {
        let (count, form) = (self.u16()?, self.u8()?);
        let forms = if form & 8 == 8 { u64::from(self.u16()?) * 4 } else { 0 };
        let sound = if form & 4 == 4 { u64::from(self.u32()?) } else { 0 };
        self.units(count.into(), form & 1 == 1, out)?;
        self.skip(forms + sound)
    }
}
