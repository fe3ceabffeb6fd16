//! The demo's folder: a place for a new vault, and exports to drop into it, named as vendors name them.

use super::archive;
use crate::workspace;
use anyhow::{Context, Result};
use std::path::PathBuf;

/// One export: its name, what it is, and the samples it is made of. Several samples, or one with a path inside, make an archive.
struct Export {
    name: &'static str,
    what: &'static str,
    parts: &'static [(&'static str, &'static str)],
}

const EXPORTS: &[Export] = &[
    Export {
        name: "Your Orders.zip",
        what: "orders and refunds, as Amazon sends them",
        parts: &[
            ("amazon/retail-order-history/sample.csv", "Retail.OrderHistory.1/Retail.OrderHistory.1.csv"),
            ("amazon/refund-details/sample.csv", "Your Returns & Refunds/Refund Details.csv"),
        ],
    },
    Export {
        name: "flightdiary_2025_10_01.csv",
        what: "flights, from myFlightradar24",
        parts: &[("myflightradar24/flight-diary/sample.csv", "")],
    },
    Export { name: "MonzoDataExport_2025.csv", what: "a bank account, from Monzo", parts: &[("monzo/account/sample.csv", "")] },
    Export { name: "statement.ofx", what: "a bank account, as any bank writes OFX", parts: &[("ofx/statement/sample.ofx", "")] },
];

pub struct Demo {
    pub folder: PathBuf,
}

/// Names of the exports, and what each is.
pub fn contents() -> impl Iterator<Item = (&'static str, &'static str)> {
    EXPORTS.iter().map(|export| (export.name, export.what))
}

impl Demo {
    /// Clears away the last demo and lays a new one out in the target folder.
    pub fn fresh() -> Result<Demo> {
        let demo = Demo { folder: workspace::target()?.join("demo") };
        if demo.folder.exists() {
            std::fs::remove_dir_all(&demo.folder)
                .with_context(|| format!("the last demo in {} cannot be removed; is its window still open?", demo.folder.display()))?;
        }
        std::fs::create_dir_all(demo.exports())?;
        for export in EXPORTS {
            std::fs::write(demo.exports().join(export.name), bytes(export)?)?;
        }
        Ok(demo)
    }

    pub fn vault(&self) -> PathBuf {
        self.folder.join("vault")
    }

    pub fn exports(&self) -> PathBuf {
        self.folder.join("exports")
    }
}

fn bytes(export: &Export) -> Result<Vec<u8>> {
    let read = |sample: &str| {
        let path = workspace::root().join("vendors").join(sample);
        std::fs::read(&path).with_context(|| format!("the sample {} is missing", path.display()))
    };
    if let [(sample, "")] = export.parts {
        return read(sample);
    }
    let parts = export.parts.iter().map(|(sample, entry)| Ok((*entry, read(sample)?))).collect::<Result<Vec<_>>>()?;
    Ok(archive::zip(&parts))
}
