//! Tables: exports that are rows of cells (CSV) or lists of flat-enough objects (JSON), read by the definitions under `vendors/`.

pub(crate) mod calendar;
pub(crate) mod csv;
pub(crate) mod date;
pub(crate) mod ending;
pub(crate) mod era;
pub(crate) mod json;
pub(crate) mod layout;
pub(crate) mod letters;
pub(crate) mod number;
pub(crate) mod people;
pub(crate) mod period;
pub(crate) mod profile;
pub(crate) mod read;
pub(crate) mod section;
pub(crate) mod sides;
pub(crate) mod source;
pub(crate) mod survey;
