use std::sync::Arc;

use holdall_sharing::{Exchanged, Share, SystemEntropy};

use super::keep;
use crate::door::OpenVault;
use crate::view::grant::{Sync, SyncFailure, Synced};
use crate::{App, AppError, Run, Task, partner};

/// Sends what one share has waiting and takes in what its partner says. The share is kept at every step.
pub fn exchange(app: &App, vault: &Arc<OpenVault>, mut share: Share, asked: bool) -> Result<(Share, Exchanged), AppError> {
    let partner = partner::by_origin(vault, share.partner())?;
    let client = partner::client(app)?;
    let exchanged =
        app.block_on(holdall_sharing::exchange(&client, &mut share, &partner, asked, &SystemEntropy, |share| keep::store(vault, share)))??;
    Ok((share, exchanged))
}

impl Run for Sync {
    fn run(self, app: &App, task: &Task) -> Result<Synced, AppError> {
        let vault = app.vault()?;
        let live: Vec<Share> = keep::kept(&vault)?.into_iter().filter(|s| s.standing().is_live()).collect();
        task.phase("sending", Some(live.len() as u64))?;
        let mut synced = Synced { delivered: 0, answers: 0, failures: Vec::new(), changed: Vec::new() };
        for share in live {
            let before = share.standing();
            let (share, done) = exchange(app, &vault, share, true)?;
            synced.delivered += done.delivered;
            synced.answers += done.answers;
            if let Some(reason) = done.failure {
                let partner_name = share.partner_display_name().to_owned();
                synced.failures.push(SyncFailure { grant_id: share.id().to_string(), partner_name, reason });
            }
            if share.standing() != before || done.answers > 0 {
                synced.changed.push(super::grant::summary(&share)?);
            }
            task.step(1)?;
        }
        Ok(synced)
    }
}
