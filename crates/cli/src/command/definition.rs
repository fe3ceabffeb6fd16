use std::process::ExitCode;

use holdall_app::view::definition::{
    DefinitionFiles, DefinitionView, ForgetDefinition, ListDefinitions, PreviewDefinition, SaveDefinition,
};

use super::Ended;
use crate::args::DefinitionCommand;
use crate::output::{Output, clean, table};
use crate::session::Session;

pub fn run(command: &DefinitionCommand, session: &Session, output: &Output) -> Ended {
    match command {
        DefinitionCommand::List => output.show(&session.run(ListDefinitions {})?, |all| list_text(all))?,
        DefinitionCommand::Forget { definition_id } => {
            let left = session.run(ForgetDefinition { definition_id: definition_id.clone() })?;
            output.show(&left, |_| "Forgotten. You are asked anew about the next such file; what was imported stays.".to_owned())?;
        }
        DefinitionCommand::Export { definition_id, vendor_name, vendor, file_name, dir } => {
            let definition = PreviewDefinition {
                definition_id: definition_id.clone(),
                vendor_name: vendor_name.clone(),
                vendor: vendor.clone(),
                file_name: file_name.clone(),
            };
            match dir {
                None => output.show(&session.run(definition)?, files_text)?,
                Some(dir) => {
                    let saved = session.run(SaveDefinition { dir: dir.display().to_string(), definition })?;
                    output.show(&saved, |saved| {
                        format!("Written to {}. The rows of the sample are invented; nothing of your file is in it.", saved.dir)
                    })?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list_text(all: &[DefinitionView]) -> String {
    if all.is_empty() {
        return "You have explained no layout yet. Holdall asks when it needs to, in: holdall import FILE".to_owned();
    }
    let mut text = String::new();
    for one in all {
        let imports = if one.imports == 1 { "1 import".to_owned() } else { format!("{} imports", one.imports) };
        text.push_str(&format!("{}  {}, {imports}\n", one.definition_id, clean(&one.file_name)));
        let cells = one.columns.iter().map(|c| vec![format!("  {}", c.heading), c.role.clone()]);
        let answers = one.answers.iter().map(|a| vec![format!("  {}", a.id), a.value.clone()]);
        text.push_str(&table(&cells.chain(answers).collect::<Vec<_>>()));
    }
    text
}

fn files_text(shown: &DefinitionFiles) -> String {
    let mut text = String::new();
    for file in &shown.files {
        text.push_str(&format!("--- vendors/{}\n{}\n", file.path, file.text.lines().map(clean).collect::<Vec<_>>().join("\n")));
    }
    for column in &shown.left_out {
        text.push_str(&format!("Column {column} is left out: its heading may hold something of yours.\n"));
    }
    text.push_str("The rows of the sample are invented; nothing of your file is in it. Name a folder to write this into it.\n");
    text
}
