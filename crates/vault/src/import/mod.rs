mod types;

pub use types::{Decision, Identity, ImportId, ImportMeta, Judged, Undone};
