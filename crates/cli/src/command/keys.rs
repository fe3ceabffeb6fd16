use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use holdall_app::AppError;
use holdall_app::view::keys::{
    EnrolComputer, FinishNewKey, ListWaysIn, NewRecoveryCode, PrepareNewKey, RemoveWayIn, RenewComputer, RenewRecoveryCode, SetPassphrase,
    WayInView,
};
use holdall_app::view::vault::{SaveKit, WayIn};

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
        KeysCommand::NewMasterKey { kit } => {
            let code = session.run_watched(PrepareNewKey { passphrase: session.passphrase() })?;
            save_kit(kit.as_deref(), session)?;
            let groups = ask_back(&code)?;
            let status = session.run(FinishNewKey { groups })?;
            output.show(&status, |_| "The vault has a new master key. Earlier backups still open with the earlier ways in.".to_owned())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn save_kit(kit: Option<&Path>, session: &Session) -> Result<(), AppError> {
    kit.map_or(Ok(()), |file| session.run(SaveKit { file: file.display().to_string() }).map(drop))
}

/// Shows the new code on standard error and reads the two groups from standard input, a line such as `3=ABCD 7=WXYZ`. The vault under
/// the new key lives only as long as this program, so this cannot wait for another call.
fn ask_back(code: &NewRecoveryCode) -> Result<Vec<holdall_app::view::vault::RecoveryGroup>, AppError> {
    let mut terminal = std::io::stderr().lock();
    let asked: Vec<String> = code.ask_groups.iter().map(|g| format!("{g}=…")).collect();
    let shown = code_text(&code.recovery_code, &[]);
    let shown = shown.split("Then prove it").next().unwrap_or_default();
    let _ = write!(terminal, "{shown}\nType these groups back: {}\n", asked.join(" "));
    let _ = terminal.flush();
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
            vec![way.id.clone(), kind.to_owned(), way.place.clone(), way.created.clone()]
        };
        table(&ways.iter().map(row).collect::<Vec<_>>())
    })
}
