//! What the first screen shows.

use crate::view::home::{GetHome, HomeView, KindCount};
use crate::{App, AppError, Run, Task, reminder};

impl Run for GetHome {
    fn run(self, app: &App, _: &Task) -> Result<HomeView, AppError> {
        let vault = app.vault()?;
        let home = vault.home()?;
        let vendors = crate::vendor::summaries(&vault)?;
        let mut kinds: Vec<KindCount> = Vec::new();
        for part in vendors.iter().flat_map(|v| &v.kinds) {
            match kinds.iter_mut().find(|k| k.kind == part.kind) {
                Some(kind) => kind.count += part.count,
                None => kinds.push(part.clone()),
            }
        }
        kinds.sort_by_key(|k| std::cmp::Reverse(k.count));
        let imports = crate::import::views(&vault)?.into_iter().take(5).collect();
        let grants = crate::share::summaries(app)?;
        Ok(HomeView {
            records: home.records,
            kinds,
            vendors,
            period: home.period.map(Into::into),
            imports,
            shares_active: grants.iter().filter(|g| g.state == crate::view::grant::GrantState::Active).count() as u64,
            shares_waiting: grants.iter().filter(|g| g.live && g.state != crate::view::grant::GrantState::Active).count() as u64,
            similar: home.undecided,
            quarantined: home.quarantined,
            reminders: reminder::due(app, home.records)?,
        })
    }
}
