use holdall_sharing::SystemEntropy;

use super::keep;
use crate::view::grant::GrantDetail;
use crate::view::share::ConfirmShare;
use crate::{App, AppError, Run, Task, lock, partner};

impl Run for ConfirmShare {
    fn run(self, app: &App, task: &Task) -> Result<GrantDetail, AppError> {
        let vault = app.vault()?;
        let preview = lock(&app.shares).take(&self.preview_id).ok_or_else(|| {
            AppError::new("share-changed", "This preview is no longer here.", "Look at it again, then share. Nothing was sent.")
        })?;
        let partner = partner::by_origin(&vault, preview.origin())?;
        task.phase("sealing", None)?;
        let share = preview.confirm(&self.sha256, &partner, app.clock().now(), &SystemEntropy)?;
        // Kept before anything is sent: from here on it survives a crash, and an offline computer.
        keep::store(&vault, &share)?;
        task.phase("sending", None)?;
        let (share, _) = super::sync::exchange(app, &vault, share, true)?;
        super::grant::detail(&share)
    }
}
