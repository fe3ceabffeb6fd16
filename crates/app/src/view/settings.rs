use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// Choices about this installation. They hold no personal data, and are kept outside the vault, as the lock screen needs them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    pub theme: Theme,
    /// Minutes without a person at the window after which the vault locks itself. 0: never.
    pub lock_after_minutes: u32,
    /// Screenshots, recordings and shared screens are not to show the window, where the system can do that.
    pub hidden_from_capture: bool,
}

/// The choices, and which of them this system can fulfil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsView {
    pub settings: Settings,
    /// Whether this system lets a program keep its window out of screenshots, recordings and shared screens. Linux does not.
    pub can_hide_from_capture: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: Theme::System, lock_after_minutes: 15, hidden_from_capture: true }
    }
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct GetSettings {}

#[derive(Debug, Serialize, Deserialize, TS)]
pub struct SetSettings {
    pub settings: Settings,
}

/// Writes everything out in open formats: JSON Lines, CSV and the originals. The files are not encrypted.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ExportAll {
    /// A new folder, or an empty one.
    pub dir: String,
    /// The person knows that the folder is copied to a cloud.
    #[serde(default)]
    pub into_cloud: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Exported {
    pub dir: String,
    pub records: u64,
    pub originals: u64,
    pub files: u64,
}
