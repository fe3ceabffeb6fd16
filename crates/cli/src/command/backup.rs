use std::path::Path;
use std::process::ExitCode;

use holdall_app::view::backup::{
    BackupMade, BackupPlan, BackupView, BackupsView, Depth, DiscardVault, DrillBackup, GetBackups, MakeBackup, RestoreBackup, RestoredView,
    SetBackupPlan, TakeVault, VerifyBackup,
};

use super::{Ended, not_confirmed};
use crate::args::BackupCommand;
use crate::output::{Output, table};
use crate::session::Session;

pub fn run(command: &BackupCommand, session: &Session, output: &Output) -> Ended {
    match command {
        BackupCommand::Plan { folder, every } => {
            let plan = BackupPlan { folder: Some(absolute(folder)), every_days: *every };
            output.show(&session.run(SetBackupPlan { plan })?, list_text)?;
        }
        BackupCommand::List => output.show(&session.run(GetBackups {})?, list_text)?,
        BackupCommand::Make { folder, if_due } => {
            let request = MakeBackup { folder: folder.as_deref().map(absolute), only_if_due: *if_due };
            output.show(&session.run_watched(request)?, made_text)?;
        }
        BackupCommand::Verify { file, depth } => {
            let depth = match depth.as_str() {
                "head" => Depth::Head,
                "full" => Depth::Full,
                _ => Depth::Pieces,
            };
            let verified = session.run_watched(VerifyBackup { file: absolute(file), depth, secret: session.secret() })?;
            output.show(&verified, |v| {
                let compared = if v.rows > 0 { format!(" It was restored, and {} rows compared.", v.rows) } else { String::new() };
                format!("The backup is whole: {} pieces, {} originals.{compared}", v.pieces, v.originals)
            })?;
        }
        BackupCommand::Drill { file } => {
            let drilled = session.run_watched(DrillBackup { file: file.as_deref().map(absolute) })?;
            output.show(&drilled, |d| {
                format!("{} gives the vault back: {} rows and {} originals compared in {:.1} s.", d.file, d.rows, d.originals, d.seconds)
            })?;
        }
        BackupCommand::Take { dir, another } => {
            let taken = session.run(TakeVault { dir: absolute(dir), another: *another })?;
            output.show(&taken, |t| {
                format!("Done. The vault that was there is in {}.\nTake it back any time: holdall backup take {}", t.set_aside, t.set_aside)
            })?;
        }
        BackupCommand::Discard { dir, yes } => {
            if !yes && !output.confirm("Remove this vault for good?") {
                return Err(not_confirmed());
            }
            output.show(&session.run(DiscardVault { dir: absolute(dir) })?, |_| "Removed.".to_owned())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub fn restore(file: &Path, session: &Session, output: &Output) -> Ended {
    // Open, the live vault can be compared with the restored one.
    let _ = session.unlock();
    let restored = session.run_watched(RestoreBackup { file: absolute(file), secret: session.secret() })?;
    output.show(&restored, restored_text)?;
    Ok(ExitCode::SUCCESS)
}

/// The app runs in no folder of its own; the window's picker gives whole paths as well.
fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

fn list_text(view: &BackupsView) -> String {
    let mut text = match &view.plan.folder {
        None => "No folder for backups is chosen yet: holdall backup plan FOLDER\n".to_owned(),
        Some(folder) if view.plan.every_days == 0 => format!("Backups go to {folder}, by hand.\n"),
        Some(folder) => format!("Backups go to {folder}, every {} days.\n", view.plan.every_days),
    };
    if view.folder_missing {
        text.push_str("The folder is not there now. If it is on another disk, plug that in.\n");
    }
    if view.same_disk {
        text.push_str("That is the disk of the vault itself: if it breaks, both are gone. Choose a folder on another disk.\n");
    }
    match &view.last_made {
        Some(at) if view.holds_all => text.push_str(&format!("Last one made: {at}; it holds all that is in the vault.\n")),
        Some(at) => text.push_str(&format!("Last one made: {at}\n")),
        None => text.push_str("None was made yet.\n"),
    }
    match &view.last_drill {
        Some(at) => text.push_str(&format!("Last tried out: {at}\n")),
        None => text.push_str("None was ever tried out: holdall backup drill\n"),
    }
    let row = |b: &BackupView| vec![format!("{}", b.number), b.created.clone(), format!("{} kB", b.bytes.div_ceil(1000)), b.file.clone()];
    text.push_str(&table(&view.backups.iter().map(row).collect::<Vec<_>>()));
    for file in &view.unreadable {
        text.push_str(&format!("Cannot be read: {file}\n"));
    }
    for dir in &view.set_aside {
        text.push_str(&format!("A vault was set aside: {dir}\n"));
    }
    text
}

fn made_text(made: &BackupMade) -> String {
    let Some(backup) = &made.backup else {
        return "It is not time for a backup yet, or the last one holds all that is in the vault.".to_owned();
    };
    let mut text = format!("Backup {} is in {} ({} kB), and was read back.\n", backup.number, backup.file, backup.bytes.div_ceil(1000));
    if made.originals_missing > 0 {
        text.push_str(&format!(
            "{} originals are missing in the vault, and so in the backup: holdall vault check\n",
            made.originals_missing
        ));
    }
    for file in &made.removed {
        text.push_str(&format!("Removed an older one: {file}\n"));
    }
    text
}

fn restored_text(restored: &RestoredView) -> String {
    let c = &restored.contents;
    let mut text = format!("Restored to {}: {} records of {} vendors, {} shares.\n", restored.dir, c.records, c.vendors, c.shares);
    if let Some(newest) = &c.newest_record {
        text.push_str(&format!("Newest record: {newest}\n"));
    }
    if restored.originals_missing > 0 {
        text.push_str(&format!("{} originals were missing already when the backup was made.\n", restored.originals_missing));
    }
    if restored.in_place {
        text.push_str("It is your vault now. Let this computer's keyring open it: holdall --recovery-code-file - keys enrol\n");
        return text;
    }
    if let Some(compared) = &restored.comparison {
        if !compared.same_vault {
            text.push_str("It is a backup of ANOTHER vault: nothing of the one you have is in it.\n");
        }
        let live = &compared.live;
        text.push_str(&format!(
            "Your vault has {} records. Taking the restored one would lose its last {} entries of the log.\n",
            live.records, compared.acts_lost
        ));
    }
    text.push_str(&format!("Your vault was not touched. To take the restored one: holdall backup take {}\n", restored.dir));
    text
}
