//! Choices about this installation.

use std::path::Path;

use crate::view::settings::{GetSettings, SetSettings, Settings};
use crate::{App, AppError, Run, Task, lock};

impl Run for GetSettings {
    fn run(self, app: &App, _: &Task) -> Result<Settings, AppError> {
        Ok(lock(&app.settings).clone())
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
