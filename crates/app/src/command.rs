use serde::Serialize;
use serde::de::DeserializeOwned;
use ts_rs::TS;

use crate::view::{
    Done, audit, backup, definition, grant, home, import, keys, partner, proof, record, reminder, reread, settings, share, support, vault,
    vendor, watch,
};
use crate::{App, AppError, Task};

/// What a command needs before it may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    OpenVault,
    /// The open vault, and its passphrase typed within the last minutes where it has one.
    Person,
}

/// A request with its name on the bridge and the view that answers it.
pub trait Request: DeserializeOwned + Serialize + TS + 'static {
    const NAME: &'static str;
    const NEEDS: Needs;
    type View: Serialize + TS + 'static;
    /// The window calls it every few seconds without a person: the log would hold nothing else.
    const BY_ITSELF: bool = matches!(Self::NAME.as_bytes(), b"watch.look" | b"vault.here");
}

macro_rules! commands {
    ($($name:literal $needs:ident $request:ty => $view:ty;)*) => {
        $(impl Request for $request {
            const NAME: &'static str = $name;
            const NEEDS: Needs = Needs::$needs;
            type View = $view;
        })*

        /// Runs a command by its name: JSON in, JSON out.
        pub(crate) fn dispatch(app: &App, name: &str, request: &str, task: &Task) -> Result<String, AppError> {
            match name {
                $($name => {
                    let request: $request = serde_json::from_str(request).map_err(|e| AppError::bad_request(&wrong(&e)))?;
                    let view = app.run(request, task)?;
                    serde_json::to_string(&view).map_err(|_| AppError::stopped_unexpectedly())
                })*
                other => Err(AppError::unknown_command(other)),
            }
        }

        /// Names of all commands, in the order of the table.
        pub const NAMES: &[&str] = &[$($name),*];

        /// Writes the TypeScript types of every request and view below `dir`, and `commands.ts`, which maps each name to its two types.
        pub fn write_typescript(dir: &std::path::Path) -> Result<(), ts_rs::ExportError> {
            let config = ts_rs::Config::new().with_large_int("number").with_out_dir(dir);
            let mut imports = std::collections::BTreeSet::new();
            let mut lines = Vec::new();
            $({
                export::<$request>(&config)?;
                export::<$view>(&config)?;
                for name in [bare(&<$request as TS>::name(&config)), bare(&<$view as TS>::name(&config))] {
                    imports.insert(name);
                }
                lines.push(format!("  '{}': {{ request: {}; view: {} }};", $name, <$request as TS>::name(&config), <$view as TS>::name(&config)));
            })*
            export::<crate::view::ProgressView>(&config)?;
            export::<crate::view::ErrorView>(&config)?;
            let mut text = String::from("// Generated from crates/app by `cargo xtask codegen`. Do not edit.\n");
            for name in imports {
                text.push_str(&format!("import type {{ {name} }} from './{name}';\n"));
            }
            text.push_str("\n/** Every command of the app: its name, what it takes, and what it answers. */\nexport interface Commands {\n");
            text.push_str(&lines.join("\n"));
            text.push_str("\n}\n");
            std::fs::write(dir.join("commands.ts"), text)?;
            Ok(())
        }
    };
}

/// Where a request is wrong, without quoting it: it may hold a secret.
fn wrong(error: &serde_json::Error) -> String {
    format!("{:?} error at column {}", error.classify(), error.column())
}

/// Writes the type and all it refers to. A list has no file of its own: its element has.
fn export<T: TS + 'static>(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
    struct Elements<'a>(&'a ts_rs::Config, Result<(), ts_rs::ExportError>);
    impl ts_rs::TypeVisitor for Elements<'_> {
        fn visit<E: TS + 'static + ?Sized>(&mut self) {
            if self.1.is_ok() && E::output_path().is_some() {
                self.1 = E::export_all(self.0);
            }
        }
    }
    if T::output_path().is_some() {
        return T::export_all(config);
    }
    let mut elements = Elements(config, Ok(()));
    T::visit_generics(&mut elements);
    elements.1
}

fn bare(name: &str) -> String {
    name.trim_start_matches("Array<").trim_end_matches('>').to_owned()
}

commands! {
    "vault.status"      Nothing   vault::GetVaultStatus  => vault::VaultStatus;
    "vault.keyring"     Nothing   vault::TryKeyring      => vault::KeyringState;
    "vault.create"      Nothing   vault::CreateVault     => vault::VaultCreated;
    "vault.kit"         OpenVault vault::SaveKit         => vault::KitSaved;
    "vault.prove"       OpenVault vault::ProveRecovery   => vault::VaultStatus;
    "vault.unlock"      Nothing   vault::UnlockVault     => vault::VaultStatus;
    "vault.lock"        Nothing   vault::LockVault       => vault::VaultStatus;
    "vault.here"        Nothing   vault::StillHere       => Done;
    "vault.confirm"     OpenVault keys::ConfirmPerson    => Done;
    "vault.check"       OpenVault backup::CheckVault     => backup::VaultCheck;
    "keys.list"         OpenVault keys::ListWaysIn       => Vec<keys::WayInView>;
    "keys.passphrase"   Person    keys::SetPassphrase    => Vec<keys::WayInView>;
    "keys.remove"       Person    keys::RemoveWayIn      => Vec<keys::WayInView>;
    "keys.enrol"        OpenVault keys::EnrolComputer    => Vec<keys::WayInView>;
    "keys.renew_device" OpenVault keys::RenewComputer    => Vec<keys::WayInView>;
    "keys.renew_code"   Person    keys::RenewRecoveryCode => keys::NewRecoveryCode;
    "keys.ask_code"     OpenVault keys::AskForCode       => keys::CodeQuestion;
    "keys.prepare_new"  Person    keys::PrepareNewKey    => keys::NewRecoveryCode;
    "keys.finish_new"   OpenVault keys::FinishNewKey     => vault::VaultStatus;
    "backup.list"       OpenVault backup::GetBackups     => backup::BackupsView;
    "backup.plan"       OpenVault backup::SetBackupPlan  => backup::BackupsView;
    "backup.make"       OpenVault backup::MakeBackup     => backup::BackupMade;
    "backup.look"       Nothing   backup::LookAtBackup   => backup::BackupView;
    "backup.verify"     Nothing   backup::VerifyBackup   => backup::BackupVerified;
    "backup.drill"      OpenVault backup::DrillBackup    => backup::Drilled;
    "backup.restore"    Nothing   backup::RestoreBackup  => backup::RestoredView;
    "backup.take"       Nothing   backup::TakeVault      => backup::VaultTaken;
    "backup.discard"    Nothing   backup::DiscardVault   => Done;
    "home"              OpenVault home::GetHome          => home::HomeView;
    "reminder.put_off"  OpenVault reminder::PutOffReminder => Vec<reminder::ReminderView>;
    "import.preview"    Nothing   import::PreviewImport  => import::Preview;
    "import.commit"     OpenVault import::CommitImport   => import::Imported;
    "import.at_once"    OpenVault import::ImportAtOnce   => import::Imported;
    "import.discard"    Nothing   import::DiscardPreview => Done;
    "import.list"       OpenVault import::ListImports    => Vec<import::ImportView>;
    "import.undo"       OpenVault import::UndoImport     => import::Undone;
    "import.outdated"   OpenVault reread::ListOutdated   => Vec<reread::RereadView>;
    "import.look_again" OpenVault reread::LookAgain      => reread::RereadView;
    "import.reread"     OpenVault reread::RereadImport   => reread::RereadView;
    "import.quarantine" OpenVault import::ListQuarantine => Vec<import::QuarantineRow>;
    "import.similar"    OpenVault import::ListSimilar    => import::SimilarPairs;
    "import.decide"     OpenVault import::DecideSimilar  => Done;
    "import.layout"     Nothing   import::DescribeLayout => support::SupportText;
    "definition.list"   OpenVault definition::ListDefinitions   => Vec<definition::DefinitionView>;
    "definition.forget" OpenVault definition::ForgetDefinition  => Vec<definition::DefinitionView>;
    "definition.preview" OpenVault definition::PreviewDefinition => definition::DefinitionFiles;
    "definition.save"   OpenVault definition::SaveDefinition    => definition::DefinitionSaved;
    "record.find"       OpenVault record::FindRecords    => record::Found;
    "record.get"        OpenVault record::GetRecord      => record::RecordDetail;
    "vendor.list"       OpenVault vendor::ListVendors    => Vec<vendor::VendorSummary>;
    "vendor.get"        OpenVault vendor::GetVendor      => vendor::VendorDetail;
    "vendor.directory"  Nothing   vendor::ListDirectory  => Vec<vendor::HowToGet>;
    "partner.add"       Person    partner::AddPartner    => partner::PartnerView;
    "partner.trust_key" Person    partner::TrustKey      => partner::PartnerView;
    "partner.list"      OpenVault partner::ListPartners  => Vec<partner::PartnerView>;
    "partner.offers"    OpenVault partner::ListOffers    => Vec<partner::OfferView>;
    "share.preview"     OpenVault share::PreviewShare    => share::SharePreview;
    "share.confirm"     OpenVault share::ConfirmShare    => grant::GrantDetail;
    "grant.list"        OpenVault grant::ListGrants      => Vec<grant::GrantSummary>;
    "grant.get"         OpenVault grant::GetGrant        => grant::GrantDetail;
    "grant.revoke"      OpenVault grant::RevokeGrant     => grant::GrantDetail;
    "sync"              OpenVault grant::Sync            => grant::Synced;
    "proof.export"      OpenVault proof::ExportProof     => proof::ProofWritten;
    "proof.verify"      Nothing   proof::VerifyProof     => proof::ProofReport;
    "audit.list"        OpenVault audit::ListAudit       => audit::AuditView;
    "audit.verify"      OpenVault audit::VerifyAudit     => audit::AuditCheck;
    "audit.export"      OpenVault audit::SaveAudit       => audit::AuditSaved;
    "export.all"        Person    settings::ExportAll    => settings::Exported;
    "support.preview"   Nothing   support::PreviewSupport => support::SupportText;
    "support.save"      Nothing   support::SaveSupport   => support::SupportSaved;
    "watch.get"         OpenVault watch::GetWatch        => watch::WatchView;
    "watch.set"         OpenVault watch::SetWatch        => watch::WatchView;
    "watch.look"        OpenVault watch::LookInFolder    => watch::FoundExports;
    "watch.decline"     OpenVault watch::DeclineExport   => Done;
    "settings.get"      Nothing   settings::GetSettings  => settings::SettingsView;
    "settings.set"      Nothing   settings::SetSettings  => settings::Settings;
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// The committed types are what this code says. `HOLDALL_BLESS=1` (or `cargo xtask codegen`) rewrites them.
    #[test]
    fn the_generated_typescript_is_fresh() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api/generated");
        let fresh = std::env::temp_dir().join(format!("holdall-codegen-{}", std::process::id()));
        std::fs::create_dir_all(&fresh).expect("a temporary folder");
        super::write_typescript(&fresh).expect("types can be written");
        let listing = |dir: &Path| -> std::collections::BTreeMap<String, String> {
            std::fs::read_dir(dir)
                .into_iter()
                .flatten()
                .flatten()
                .map(|f| {
                    (
                        f.file_name().to_string_lossy().into_owned(),
                        std::fs::read_to_string(f.path()).unwrap_or_default().replace("\r\n", "\n"),
                    )
                })
                .collect()
        };
        let new = listing(&fresh);
        if std::env::var_os("HOLDALL_BLESS").is_some() {
            let _ = std::fs::remove_dir_all(&committed);
            std::fs::create_dir_all(&committed).expect("the folder of the generated types");
            for (name, text) in &new {
                std::fs::write(committed.join(name), text).expect("a generated file");
            }
        }
        let old = listing(&committed);
        std::fs::remove_dir_all(&fresh).expect("our own folder");
        assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>(), "run cargo xtask codegen");
        for (name, text) in &new {
            assert_eq!(Some(text), old.get(name), "{name} is stale: run cargo xtask codegen");
        }
    }
}
