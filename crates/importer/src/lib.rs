//! Bytes of an export file to records.
//!
//! A file is opened (`source`, `container`), its charset decided (`decode`), its layout recognised by content (`detect`),
//! what its rows alone cannot tell is decided once for the whole file (`decide`), and its rows become records
//! (`format`, `normalise`) with identities (`fingerprint`) that go to a [`Sink`].
//!
//! This room must not know the vault, the screen or the network. It never writes a file and never uses a foreign name as a path.

mod container;
mod decide;
mod decode;
pub mod definition;
mod detect;
mod error;
mod fingerprint;
pub mod format;
mod generic;
mod hashes;
mod input;
mod inspect;
mod limits;
mod nearest;
mod normalise;
mod outline;
mod parts;
mod read;
#[cfg(test)]
mod samples;
mod shape;
mod sink;
mod source;
mod table;
#[cfg(test)]
#[allow(dead_code, reason = "used by the languages’ tests")]
pub(crate) mod testing;
mod told;

pub use container::Password;
pub use decide::{Choice, Decided, Decisions, Question};
pub use decode::Charset;
pub use definition::{Export, How, Vendor, edition_of_all, export, vendor, vendors};
pub use error::{At, ImportError, printable};
pub use fingerprint::Repeats;
pub use format::{Confidence, Language, SourceRow};
pub use generic::{Contribution, Explained, ExplainedColumn, Naming, NotContributed, contribution, explained};
pub use input::{Bytes, Head, Input, Text};
pub use inspect::{Alternative, FilePlan, FileReport, Inspection, Options, Outcome, inspect};
pub use limits::Limits;
pub use outline::{ColumnOutline, EntryOutline, Outline, outline};
pub use read::{read, read_again, source_row};
pub use sink::{Identity, Output, Sink, SinkError, Summary};
pub use source::{ReadSeek, Source};
