use holdall_sharing::SystemEntropy;

use super::keep;
use crate::view::grant::{GrantDetail, RevokeGrant};
use crate::{App, AppError, Run, Task, partner};

impl Run for RevokeGrant {
    fn run(self, app: &App, task: &Task) -> Result<GrantDetail, AppError> {
        let vault = app.vault()?;
        let mut share = keep::by_id(&vault, &self.grant_id)?;
        let partner = partner::by_origin(&vault, share.partner())?;
        share.revoke(&partner, app.clock().now(), &SystemEntropy)?;
        // Effective here from this commit on, whatever the network does.
        keep::store(&vault, &share)?;
        task.phase("sending", None)?;
        let (share, _) = super::sync::exchange(app, &vault, share, true)?;
        super::grant::detail(&share)
    }
}
