use std::process::ExitCode;

use holdall_app::AppError;
use holdall_app::view::backup::{CheckVault, VaultCheck};
use holdall_app::view::vault::{
    CreateVault, GetVaultStatus, ProveRecovery, RecoveryGroup, SaveKit, VaultCreated, VaultState, VaultStatus, WayIn,
};

use super::{DAMAGED, Ended};
use crate::args::VaultCommand;
use crate::output::Output;
use crate::session::Session;

pub fn run(command: &VaultCommand, session: &Session, output: &Output) -> Ended {
    match command {
        VaultCommand::Create { kit } => {
            let created = session.run_watched(CreateVault { passphrase: session.passphrase() })?;
            // Shown first: a page that cannot be saved must not take the only sight of the code with it.
            output.show(&created, created_text)?;
            if let Some(file) = kit {
                session.run(SaveKit { file: file.display().to_string() })?;
            }
        }
        VaultCommand::Prove { groups } => {
            let groups = groups.iter().map(|g| parse_group(g)).collect::<Result<_, _>>()?;
            let status = session.run(ProveRecovery { groups })?;
            output.show(&status, |_| "Right. Your recovery code is proved.".to_owned())?;
        }
        VaultCommand::Check => {
            let check = session.run_watched(CheckVault {})?;
            output.show(&check, check_text)?;
            if !check.whole {
                return Ok(ExitCode::from(DAMAGED));
            }
        }
        VaultCommand::Status => {
            let status = session.run(GetVaultStatus {})?;
            output.show(&status, status_text)?;
        }
        VaultCommand::Unlock { older } => {
            let status = session.open_vault(*older)?;
            output.show(&status, |_| "The vault opens.".to_owned())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub fn parse_group(text: &str) -> Result<RecoveryGroup, AppError> {
    let wrong = || AppError::bad_request("a group is written like 3=ABCD");
    let (group, text) = text.split_once('=').ok_or_else(wrong)?;
    Ok(RecoveryGroup { group: group.parse().map_err(|_| wrong())?, text: text.to_owned() })
}

fn created_text(created: &VaultCreated) -> String {
    let code = code_text(&created.recovery_code, &created.ask_groups);
    format!("Your vault is in {}.\n{}\n{code}", created.status.dir, concerns_text(&created.status))
}

/// A recovery code, the one time it is shown.
pub fn code_text(code: &[String], ask: &[u32]) -> String {
    let mut text = "Recovery code:\n\n".to_owned();
    for (i, group) in code.iter().enumerate() {
        text.push_str(&format!("  {}: {group}\n", i + 1));
    }
    let groups: Vec<String> = ask.iter().map(|g| format!("{g}=…")).collect();
    text.push_str(&format!(
        "\nWrite it down or print it now: it opens your vault when this computer's keyring is lost, and it is not shown again.\nThen prove it: holdall vault prove {}\n",
        groups.join(" ")
    ));
    text
}

fn concerns_text(status: &VaultStatus) -> String {
    status.concerns.iter().map(|concern| format!("Note: {concern}\n")).collect()
}

fn check_text(check: &VaultCheck) -> String {
    if check.whole {
        return format!("Everything is whole: the database, {} acts of the log, {} originals.", check.acts, check.originals);
    }
    let mut text = String::new();
    if let Some(fault) = &check.database {
        text.push_str(&format!("The database is damaged: {fault}.\n"));
    }
    if let Some(place) = &check.log {
        text.push_str(&format!("The log is broken: {place}.\n"));
    }
    for import in &check.broken_originals {
        text.push_str(&format!("The original of import {import} is gone or damaged; its records are there.\n"));
    }
    text.push_str(
        "Do not change anything more. Make a copy of the vault's folder, then restore your newest backup: holdall restore FILE\n",
    );
    text
}

fn status_text(status: &VaultStatus) -> String {
    let state = match status.state {
        VaultState::None => "There is no vault here yet. Make one with: holdall vault create",
        VaultState::Locked => "The vault is locked.",
        VaultState::Open => "The vault is open.",
        VaultState::KeyringUnavailable => "This computer offers no keyring now. Open the vault with your passphrase or recovery code.",
        VaultState::KeyringLocked => "The keyring is locked or access was denied.",
        VaultState::KeyMissing => "The keyring has no entry for this vault. Open it with your recovery code.",
        VaultState::KeyWrong => "The key in the keyring does not fit this vault. Open it with your recovery code.",
        VaultState::HeaderDamaged => "The vault's key file is damaged.",
        VaultState::DatabaseDamaged => "The vault's database is damaged.",
        VaultState::NewerThanApp => "The vault was written by a newer Holdall. Nothing was changed.",
        VaultState::InUse => "Another Holdall has this vault open.",
        VaultState::OlderThanSeen => "This vault is older than this computer remembers.",
    };
    let mut text = format!("{state}\nFolder: {}\n{}", status.dir, concerns_text(status));
    if !status.ways_in.is_empty() {
        let ways: Vec<&str> = status
            .ways_in
            .iter()
            .map(|way| match way {
                WayIn::Keyring => "keyring",
                WayIn::RecoveryCode => "recovery code",
                WayIn::Passphrase => "passphrase",
                WayIn::KeyFile => "key file",
            })
            .collect();
        text.push_str(&format!("Ways in: {}\n", ways.join(", ")));
        if !status.recovery_proved {
            text.push_str("Your recovery code is not proved yet: holdall vault prove GROUP=TEXT GROUP=TEXT\n");
        }
    }
    text
}
