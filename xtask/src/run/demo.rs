//! The demo's folder: a place for a new vault, and exports to drop into it, named and written as vendors do. Every row is invented.

mod calendar;
mod money;
mod shop;
mod travel;

use super::archive;
use crate::workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// One export: its name, what it is, and its bytes.
struct Export {
    name: &'static str,
    what: &'static str,
    bytes: fn() -> Vec<u8>,
}

const EXPORTS: &[Export] = &[
    Export { name: "Your Orders.zip", what: "orders and a refund, as Amazon sends them", bytes: your_orders },
    Export { name: "flightdiary.csv", what: "flights, from myFlightradar24", bytes: || travel::flights().into_bytes() },
    Export { name: "MonzoDataExport.csv", what: "a bank account, from Monzo", bytes: || money::monzo().into_bytes() },
    Export { name: "statement.ofx", what: "a bank account, as many banks write it", bytes: || money::ofx().into_bytes() },
];

pub struct Demo {
    pub folder: PathBuf,
}

/// Names of the exports, and what each is.
pub fn contents() -> impl Iterator<Item = (&'static str, &'static str)> {
    EXPORTS.iter().map(|export| (export.name, export.what))
}

/// Writes all exports into `folder`.
pub fn write_exports(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for export in EXPORTS {
        fs::write(folder.join(export.name), (export.bytes)()).with_context(|| format!("cannot write {}", export.name))?;
    }
    Ok(())
}

impl Demo {
    /// Clears away the last demo and lays a new one out in the target folder.
    pub fn fresh() -> Result<Demo> {
        let demo = Demo { folder: workspace::target()?.join("demo") };
        if demo.folder.exists() {
            fs::remove_dir_all(&demo.folder)
                .with_context(|| format!("the last demo in {} cannot be removed; is its window still open?", demo.folder.display()))?;
        }
        write_exports(&demo.exports())?;
        Ok(demo)
    }

    pub fn vault(&self) -> PathBuf {
        self.folder.join("vault")
    }

    pub fn exports(&self) -> PathBuf {
        self.folder.join("exports")
    }
}

fn your_orders() -> Vec<u8> {
    archive::zip(&[
        ("Retail.OrderHistory.1/Retail.OrderHistory.1.csv", shop::orders().into_bytes()),
        ("Your Returns & Refunds/Refund Details.csv", shop::refunds().into_bytes()),
    ])
}
