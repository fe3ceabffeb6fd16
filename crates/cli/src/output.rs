//! What a person reads on the terminal, or a program as JSON.
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use holdall_app::AppError;
use serde::Serialize;

pub struct Output {
    json: bool,
}

impl Output {
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a view: as JSON, or as `text` makes it.
    pub fn show<V: Serialize>(&self, view: &V, text: impl FnOnce(&V) -> String) -> Result<(), AppError> {
        let printed = if self.json {
            serde_json::to_string(view).map_err(|e| AppError::bad_request(&e.to_string()))?
        } else {
            clean_lines(&text(view))
        };
        let mut out = std::io::stdout().lock();
        match writeln!(out, "{}", printed.trim_end()).and_then(|()| out.flush()) {
            // A reader that has seen enough (`| head`) is no failure.
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            Err(e) => Err(AppError::new(
                "cannot-write",
                format!("The answer could not be printed ({}).", e.kind()),
                "Check where the output goes.",
            )),
            Ok(()) => Ok(()),
        }
    }

    /// Says something beside the answer, on standard error.
    pub fn aside(text: &str) {
        // Nobody may be listening there.
        let _ = writeln!(std::io::stderr(), "{}", clean_lines(text.trim_end()));
    }

    /// Asks yes or no on the terminal. Without one, the answer is no.
    pub fn confirm(&self, question: &str) -> bool {
        if self.json || !std::io::stdin().is_terminal() {
            return false;
        }
        let _ = write!(std::io::stderr(), "{question} [y/N] ");
        let _ = std::io::stderr().flush();
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
    }

    pub fn error(&self, error: &AppError) -> ExitCode {
        // Whoever no longer listens still gets the exit code.
        let _ = if self.json { print_failure(error) } else { tell_failure(error) };
        ExitCode::from(error.exit_code())
    }
}

/// Words that are no command. A program is told in JSON, wherever among them it asked for that.
pub fn misread(unclear: &clap::Error) -> ExitCode {
    if !unclear.use_stderr() || std::env::args_os().all(|word| word != "--json") {
        unclear.exit();
    }
    let text = unclear.to_string();
    // What is wrong stands first; how the command is used follows.
    let wrong = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
    let wrong = wrong.split_whitespace().collect::<Vec<_>>().join(" ");
    Output::new(true).error(&AppError::bad_request(wrong.trim_end_matches('.')))
}

fn print_failure(error: &AppError) -> std::io::Result<()> {
    let view = error.view();
    let body = match &view.question {
        Some(question) => serde_json::json!({ "question": question }),
        None => serde_json::json!({ "error": view }),
    };
    writeln!(std::io::stdout(), "{body}")
}

fn tell_failure(error: &AppError) -> std::io::Result<()> {
    let mut out = std::io::stderr().lock();
    writeln!(out, "{}", clean(&error.title))?;
    if let Some(question) = &error.question {
        for choice in &question.choices {
            writeln!(out, "  --answer {}={}   {}", question.id, choice.value, clean(&choice.label))?;
        }
    }
    writeln!(out, "{}", clean(&error.what_to_do))
}

/// Foreign text for a terminal: no escape sequences, no line breaks, no change of direction.
pub fn clean(text: &str) -> String {
    let harmful = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if harmful(c) { ' ' } else { c }).collect()
}

/// The same for a text of several lines.
fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// Columns aligned with blanks; the last one is not padded. Cells are cleaned and clipped.
pub fn table(rows: &[Vec<String>]) -> String {
    const WIDEST: usize = 60;
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| clip(&clean(cell), WIDEST)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..columns).map(|c| rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width - cell.chars().count() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

pub fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut clipped: String = text.chars().take(width.saturating_sub(1)).collect();
    clipped.push('…');
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_steer_the_terminal() {
        assert_eq!(clean("a\x1b[31mb\r\nc\u{202e}d"), "a [31mb  c d");
    }

    #[test]
    fn columns_line_up() {
        let rows = [vec!["a".into(), "long cell".into()], vec!["bbb".into(), "x".into()]];
        assert_eq!(table(&rows), "a    long cell\nbbb  x\n");
    }
}
