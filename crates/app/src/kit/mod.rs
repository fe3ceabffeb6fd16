//! The recovery page: one sheet of paper that opens the vault when this computer cannot.

mod html;
mod page;
mod pdf;

use std::path::Path;

use crate::view::vault::{KitSaved, SaveKit};
use crate::{App, AppError, Run, Task, lock, new_file};
use page::Page;
pub use page::qr;

impl Run for SaveKit {
    fn run(self, app: &App, _: &Task) -> Result<KitSaved, AppError> {
        let code = lock(&app.shown_code).clone().ok_or_else(no_longer_known)?;
        let page = Page::of(app, &code)?;
        let file = Path::new(&self.file);
        let bytes = match file.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("pdf") => pdf::write(&page),
            Some("html" | "htm") => html::write(&page),
            _ => return Err(AppError::bad_request("the page is a .pdf or an .html file")),
        };
        new_file::write(file, &bytes)?;
        Ok(KitSaved { file: self.file })
    }
}

fn no_longer_known() -> AppError {
    AppError::new(
        "not-found",
        "The recovery code is shown only once, and Holdall has forgotten it since.",
        "Make a new recovery code in Settings, and save its page then.",
    )
}
