//! What stands on the page, whatever it is printed with.

use holdall_vault::RecoveryCode;
use qrcode::{Color, QrCode};
use zeroize::Zeroizing;

use crate::{App, AppError, time};

pub const TITLE: &str = "Your Holdall recovery page";

pub const LEAD: &[&str] = &[
    "This page opens your vault when your computer is lost, broken, or has forgotten its key.",
    "Keep it on paper, where you keep your passport. Do not photograph it and do not store it online:",
    "whoever holds this page and a copy of your vault can read everything in it.",
];

pub const HINT: &str = "A hint for your passphrase, if you set one (never the passphrase itself):";

pub const STEPS: &[&str] = &[
    "Install Holdall on the computer you want to use.",
    "Bring your vault to it: the folder named above, or your newest backup file.",
    "Start Holdall and open that vault, or choose “Restore a backup”. On the command line: holdall restore.",
    "Choose “Use the recovery code” and type the eight groups above. Capital or small letters do not matter.",
    "If somebody else may have seen this page, make a new recovery code in Settings; this one stops working.",
];

/// The page of one vault. Holds the code: wiped when it is dropped.
pub struct Page {
    pub groups: Zeroizing<Vec<String>>,
    /// The code as a QR picture, row by row; `true` is dark.
    pub qr: Zeroizing<Vec<Vec<bool>>>,
    /// What it is for: name and value.
    pub facts: Vec<(&'static str, String)>,
}

impl Page {
    pub fn of(app: &App, code: &RecoveryCode) -> Result<Self, AppError> {
        let status = app.vault()?.info()?.status;
        let made = time::rfc3339_ms(app.clock().now_ms());
        Ok(Self {
            groups: Zeroizing::new(code.groups().to_vec()),
            qr: Zeroizing::new(qr(&code.text())?),
            facts: vec![
                ("Vault", status.vault_id),
                ("Folder", app.config().vault_dir.display().to_string()),
                ("Page made", made.get(..10).unwrap_or_default().to_owned()),
                ("Holdall", env!("CARGO_PKG_VERSION").to_owned()),
            ],
        })
    }
}

/// The modules of a QR code for a text.
pub fn qr(text: &str) -> Result<Vec<Vec<bool>>, AppError> {
    let code = QrCode::new(text).map_err(|_| AppError::stopped_unexpectedly())?;
    let width = code.width();
    Ok(code.to_colors().chunks(width).map(|row| row.iter().map(|c| *c == Color::Dark).collect()).collect())
}
