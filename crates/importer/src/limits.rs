//! Budgets on everything foreign. A file that goes beyond one is refused with [`crate::ImportError::TooLarge`].

/// How much of each thing one import may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub file_bytes: u64,
    /// Bytes of all entries of an archive together, after inflating.
    pub inflated_bytes: u64,
    /// An entry may inflate to this many times its packed size once it is past [`Self::ratio_free_bytes`].
    pub ratio: u64,
    /// Inflated bytes below which the ratio is not looked at.
    pub ratio_free_bytes: u64,
    /// Entries of an archive.
    pub entries: usize,
    /// Bytes of one row, element or statement line.
    pub record_bytes: usize,
    /// Cells of one row.
    pub fields: usize,
    /// Rows of one entry.
    pub rows: u64,
    /// Levels of nested arrays and objects in JSON.
    pub json_depth: usize,
    /// Levels of nested elements in XML.
    pub xml_depth: usize,
    /// Bytes of one XML event (a tag with its attributes, or one text).
    pub xml_event_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 2 << 30,
            inflated_bytes: 4 << 30,
            ratio: 200,
            ratio_free_bytes: 10 << 20,
            entries: 10_000,
            record_bytes: 1 << 20,
            fields: 4096,
            rows: 20_000_000,
            json_depth: 64,
            xml_depth: 128,
            xml_event_bytes: 4 << 20,
        }
    }
}

/// Bytes of an entry that recognition may look at.
pub(crate) const HEAD_BYTES: usize = 64 << 10;
