//! Choices about this installation.

use crate::view::settings::{GetSettings, SetSettings, Settings};
use crate::{App, AppError, Run, Task};

impl Run for GetSettings {
    fn run(self, app: &App, _: &Task) -> Result<Settings, AppError> {
        // A missing or damaged file means the defaults: it holds nothing that could be lost.
        let text = std::fs::read(&app.config().settings_file).unwrap_or_default();
        Ok(serde_json::from_slice(&text).unwrap_or_default())
    }
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
        Ok(self.settings)
    }
}
