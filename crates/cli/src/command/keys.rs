use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

use holdall_app::AppError;
use holdall_app::view::keys::{
    AskForCode, EnrolComputer, FinishNewKey, ListWaysIn, NewRecoveryCode, PrepareNewKey, RemoveWayIn, RenewComputer, RenewRecoveryCode,
    SetPassphrase, WayInView,
};
use holdall_app::view::vault::{ProveRecovery, RecoveryGroup, SaveKit, WayIn};

use super::Ended;
use super::vault::{code_text, parse_group};
use crate::args::KeysCommand;
use crate::output::{Output, table};
use crate::session::{Session, read_secret};

pub fn run(command: &KeysCommand, session: &Session, output: &Output) -> Ended {
    match command {
        KeysCommand::List => show(&session.run(ListWaysIn {})?, output)?,
        KeysCommand::SetPassphrase { new_passphrase_file, only_here } => {
            let passphrase = read_secret(new_passphrase_file)?.to_string();
            show(&session.run(SetPassphrase { passphrase, only_here: *only_here })?, output)?;
        }
        KeysCommand::Enrol => show(&session.run(EnrolComputer {})?, output)?,
        KeysCommand::RenewDevice => show(&session.run(RenewComputer { passphrase: session.passphrase() })?, output)?,
        KeysCommand::Remove { id } => show(&session.run(RemoveWayIn { id: id.clone() })?, output)?,
        KeysCommand::RenewCode { kit } => {
            let code = session.run(RenewRecoveryCode {})?;
            output.show(&code, |code| code_text(&code.recovery_code, &code.ask_groups))?;
            save_kit(kit.as_deref(), session)?;
        }
        KeysCommand::CheckCode => check_code(session, output)?,
        KeysCommand::NewMasterKey { kit } => {
            let code = session.run_watched(PrepareNewKey { passphrase: session.passphrase() })?;
            save_kit(kit.as_deref(), session)?;
            show_new(&code);
            let groups = ask_back(&code.ask_groups)?;
            let status = session.run(FinishNewKey { groups })?;
            output.show(&status, |_| "The vault has a new master key. Earlier backups still open with the earlier ways in.".to_owned())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn save_kit(kit: Option<&Path>, session: &Session) -> Result<(), AppError> {
    kit.map_or(Ok(()), |file| session.run(SaveKit { file: file.display().to_string() }).map(drop))
}

/// Shows the new code on standard error: the vault under the new key lives only as long as this program, so its answer cannot wait for
/// another call.
fn show_new(code: &NewRecoveryCode) {
    let shown = code_text(&code.recovery_code, &[]);
    let shown = shown.split("Then prove it").next().unwrap_or_default();
    Output::aside(shown);
}

fn check_code(session: &Session, output: &Output) -> Result<(), AppError> {
    let asked = session.run(AskForCode {})?.ask_groups;
    Output::aside("Take out your recovery code. If you cannot find it, make a new one: holdall keys renew-code");
    session.run(ProveRecovery { groups: ask_back(&asked)? })?;
    output.show(&session.run(ListWaysIn {})?, |_| "Right. You will be asked again in a year.".to_owned())
}

/// Asks for groups on standard error and reads them from standard input, a line such as `3=ABCD 7=WXYZ`.
fn ask_back(groups: &[u32]) -> Result<Vec<RecoveryGroup>, AppError> {
    let asked: Vec<String> = groups.iter().map(|g| format!("{g}=…")).collect();
    Output::aside(&format!("Type these groups back: {}", asked.join(" ")));
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line).is_err() || line.trim().is_empty() {
        let hint =
            if std::io::stdin().is_terminal() { "Start again." } else { "Run it in a terminal, or give the line on standard input." };
        return Err(AppError::new("cancelled", "Nothing was typed, and nothing was changed.", hint));
    }
    line.split_whitespace().map(parse_group).collect()
}

fn show(ways: &Vec<WayInView>, output: &Output) -> Result<(), AppError> {
    output.show(ways, |ways| {
        let row = |way: &WayInView| {
            let kind = match way.kind {
                WayIn::Keyring => "keyring",
                WayIn::RecoveryCode => "recovery code",
                WayIn::Passphrase if way.bound => "passphrase, only with this computer's keyring",
                WayIn::Passphrase => "passphrase",
                WayIn::KeyFile => "key file",
            };
            let checked = way.checked.as_ref().map(|at| format!("last checked {at}")).unwrap_or_default();
            vec![way.id.clone(), kind.to_owned(), way.place.clone(), way.created.clone(), checked]
        };
        let mut text = table(&ways.iter().map(row).collect::<Vec<_>>());
        if ways.iter().any(|way| way.check_due) {
            text.push_str(
                "You last looked for your recovery code more than a year ago. See whether you still find it: holdall keys check-code\n",
            );
        }
        text
    })
}
