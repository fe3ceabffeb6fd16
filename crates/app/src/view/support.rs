use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person may send along with a report: versions, and the log of commands and error codes. It holds no personal data, and is shown
/// before it is saved.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct PreviewSupport {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupportText {
    pub text: String,
}

/// Saves exactly the text that was shown, as a new file.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct SaveSupport {
    pub file: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupportSaved {
    pub file: String,
}
