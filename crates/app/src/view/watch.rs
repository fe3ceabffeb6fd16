use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::VendorRef;

/// The folder that is watched for new exports. None unless the person chose one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchView {
    pub folder: Option<String>,
    /// The folder is not there now.
    pub folder_missing: bool,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct GetWatch {}

/// Chooses a folder, or, without one, watches none any more. Files that lie in it already count as seen.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct SetWatch {
    pub folder: Option<String>,
}

/// Looks into the watched folder once. A file is read only when its size and time have stood still since a look some seconds before.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct LookInFolder {
    /// Another folder than the chosen one, with all that lies in it.
    #[serde(default)]
    pub folder: Option<String>,
}

/// A file that a known vendor made, and that is not imported yet. Nothing of it is kept until the person imports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FoundExport {
    pub path: String,
    pub file_name: String,
    /// The folder's own name, such as `Downloads`.
    pub folder: String,
    pub vendor: VendorRef,
    /// RFC 3339, UTC: when the file was changed last.
    pub at: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FoundExports {
    /// The newest first.
    pub offers: Vec<FoundExport>,
    /// Files whose download may not be finished yet: look again in some seconds.
    pub waiting: u32,
}

/// Never offers a file with this content again. Only a hash of it is kept.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct DeclineExport {
    pub path: String,
}
