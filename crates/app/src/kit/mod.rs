//! The recovery page: one sheet of paper that opens the vault when this computer cannot.

mod html;
mod page;
mod pdf;

use std::io::Write as _;
use std::path::Path;

use crate::view::vault::{KitSaved, SaveKit};
use crate::{App, AppError, Run, Task, lock};
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
        // Never over a file that is there: it may be the page of another vault.
        let failed = |error: std::io::Error| AppError::cannot_write(file, &error);
        let mut out = create_private(file).map_err(failed)?;
        out.write_all(&bytes).and_then(|()| out.sync_all()).map_err(failed)?;
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

fn create_private(file: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}
