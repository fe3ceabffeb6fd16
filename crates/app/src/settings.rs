//! Choices about this installation.

use std::path::Path;

use crate::view::settings::{GetSettings, SetSettings, Settings, SettingsView};
use crate::{App, AppError, Run, Task, lock};

impl Run for GetSettings {
    fn run(self, app: &App, _: &Task) -> Result<SettingsView, AppError> {
        let can_hide_from_capture = cfg!(any(windows, target_os = "macos"));
        Ok(SettingsView { settings: lock(&app.settings).clone(), can_hide_from_capture })
    }
}

/// A missing or damaged file means the defaults: it holds nothing that could be lost.
pub fn read(file: &Path) -> Settings {
    let text = std::fs::read(file).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

impl Run for SetSettings {
    fn run(self, app: &App, _: &Task) -> Result<Settings, AppError> {
        let file = &app.config().settings_file;
        let failed = |error: std::io::Error| AppError::cannot_write(file, &error);
        if let Some(dir) = file.parent() {
            std::fs::create_dir_all(dir).map_err(failed)?;
        }
        let text = serde_json::to_vec_pretty(&self.settings).map_err(|_| AppError::stopped_unexpectedly())?;
        let fresh = file.with_extension("new");
        std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, file)).map_err(failed)?;
        lock(&app.settings).clone_from(&self.settings);
        Ok(self.settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::settings::Theme;

    #[test]
    fn k07_the_window_is_hidden_from_capture_unless_a_person_chose_otherwise() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("settings.json");
        assert!(read(&file).hidden_from_capture, "no file yet");
        std::fs::write(&file, r#"{"theme":"dark","lock_after_minutes":5}"#).expect("writes");
        let older = Settings { theme: Theme::Dark, lock_after_minutes: 5, hidden_from_capture: true };
        assert_eq!(read(&file), older, "a file from before this choice keeps the others");
        let config = crate::Config { settings_file: file.clone(), ..crate::Config::from_environment() };
        let app = App::open(config).expect("starts");
        let chosen = Settings { hidden_from_capture: false, ..older };
        app.run(SetSettings { settings: chosen.clone() }, &Task::silent()).expect("stores");
        assert_eq!(read(&file), chosen);
        let told = app.run(GetSettings {}, &Task::silent()).expect("reads");
        assert_eq!(told.settings, chosen);
        assert_eq!(told.can_hide_from_capture, !cfg!(target_os = "linux"), "nothing is promised that the system does not do");
    }
}
