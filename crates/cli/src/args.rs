use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// Keep, see, share and revoke your own data.
#[derive(Parser)]
#[command(name = "holdall", version, max_term_width = 100, after_help = "Exit codes and JSON shapes: docs/errors.md and docs/json.md.")]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(ClapArgs)]
pub struct Global {
    /// Folder of the vault (or set HOLDALL_VAULT)
    #[arg(long, global = true, value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// Read the vault's passphrase from the first line of a file, or of standard input with `-`
    #[arg(long, global = true, value_name = "FILE|-")]
    pub passphrase_file: Option<PathBuf>,
    /// Refused: what stands in a command can be read by every program on this computer
    #[arg(long, global = true, hide = true, num_args = 0..=1, default_missing_value = "")]
    pub passphrase: Option<OsString>,
    /// Read the recovery code from the first line of a file, or of standard input with `-`: opens the vault, or a backup
    #[arg(long, global = true, value_name = "FILE|-")]
    pub recovery_code_file: Option<PathBuf>,
    /// Open the vault with a key file instead of the keyring (for servers; only you may be able to read it)
    #[arg(long, global = true, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Print JSON for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// Allow partners on this computer without TLS (or set HOLDALL_DEVELOPMENT=1)
    #[arg(long, global = true)]
    pub development: bool,
}

#[derive(Subcommand)]
pub enum Command {
    /// Create, look at, unlock and check the vault
    #[command(subcommand)]
    Vault(VaultCommand),
    /// See and change what opens the vault: keyring, passphrase, recovery code
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make, check and try out backups
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Take the vault out of a backup: with the file and the recovery code, on any computer
    Restore { file: PathBuf },
    /// Read export files: shows what is in them, then asks before it stores anything
    Import(ImportArgs),
    /// Show new exports of known vendors in a folder, as they come; imports nothing
    Watch {
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
        /// Look once, wait for what is still growing, and end
        #[arg(long)]
        once: bool,
    },
    /// List imports
    Imports,
    /// Take one import back whole
    Undo {
        import_id: i64,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// List rows that were not understood and are kept aside
    Quarantine { import_id: Option<i64> },
    /// List pairs of records that may be the same thing told twice
    Similar,
    /// Decide on similar pairs
    Decide {
        /// Of each pair the record that came later
        #[arg(required = true)]
        record_ids: Vec<i64>,
        #[arg(value_parser = ["same", "different"])]
        answer: String,
    },
    /// List, forget and give away layouts that you explained by answering questions about a file
    #[command(subcommand)]
    Definition(DefinitionCommand),
    /// Search everything, newest first
    Find(FindArgs),
    /// Show one record and where it came from
    Show { record_id: i64 },
    /// List the vendors you have data from, or one of them in detail
    Vendors { slug: Option<String> },
    /// List every vendor Holdall knows a way to get your data from
    Directory,
    /// Add and list partners: companies you may share with
    #[command(subcommand)]
    Partner(PartnerCommand),
    /// List what partners offer for which data
    Offers { partner: Option<String> },
    /// Share a slice of your data with a partner
    Share(ShareArgs),
    /// List your shares, or one of them in detail
    Grants { grant_id: Option<String> },
    /// Stop a share, and demand deletion
    Revoke {
        grant_id: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Deliver what waits, and fetch partners' answers
    Sync,
    /// Write the proof of a share into a file
    Proof { grant_id: String, file: PathBuf },
    /// Check a proof file (needs no vault)
    Verify { file: PathBuf },
    /// Write everything out in open formats; the files are NOT encrypted
    Export {
        /// A new folder, or an empty one
        dir: PathBuf,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// The folder is copied to a cloud, and that is meant
        #[arg(long)]
        into_cloud: bool,
    },
    /// Show, check and copy the log of everything done; alone, it shows it
    Audit {
        #[command(subcommand)]
        command: Option<AuditCommand>,
    },
    /// Show what may be sent along with a report (no personal data), or save it
    Support {
        /// A new file
        file: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Show what was done, oldest first
    List,
    /// Check every entry, and say where the log is broken if it is
    Verify,
    /// Save the whole log as lines of JSON that anybody can check
    Export {
        /// A new file
        file: PathBuf,
    },
}

#[derive(Subcommand)]
pub enum VaultCommand {
    /// Make a new vault and print its recovery code
    Create {
        /// Also save the recovery page, to be printed: a new .pdf or .html file
        #[arg(long, value_name = "FILE")]
        kit: Option<PathBuf>,
    },
    /// Type two groups of the recovery code back: `3=ABCD 7=WXYZ`
    Prove {
        #[arg(required = true, value_name = "GROUP=TEXT")]
        groups: Vec<String>,
    },
    /// Say what state the vault is in
    Status,
    /// Read everything, every page and every original, and say what is damaged
    Check,
    /// Check that the vault opens
    Unlock {
        /// Accept a state from before the newest this computer has seen, such as one from a backup
        #[arg(long)]
        older: bool,
    },
}

#[derive(Subcommand)]
pub enum KeysCommand {
    /// List the ways into the vault
    List,
    /// Set the passphrase, in the place of the one there may be
    SetPassphrase {
        /// Read the new passphrase from the first line of a file, or of standard input with `-`
        #[arg(long, value_name = "FILE|-")]
        new_passphrase_file: PathBuf,
        /// It opens the vault only together with this computer's keyring
        #[arg(long)]
        only_here: bool,
    },
    /// See whether you can still find the recovery code: asks two groups of it
    CheckCode,
    /// Let this computer's keyring open the vault
    Enrol,
    /// Put a new secret into this computer's keyring
    RenewDevice,
    /// Make a new recovery code; the old one stays good until `vault prove`
    RenewCode {
        /// Also save the recovery page, to be printed: a new .pdf or .html file
        #[arg(long, value_name = "FILE")]
        kit: Option<PathBuf>,
    },
    /// Remove a way in, for instance of a lost computer
    Remove { id: String },
    /// Write the whole vault anew under a new master key: asks two groups of its new recovery code back
    NewMasterKey {
        /// Also save the recovery page, to be printed: a new .pdf or .html file
        #[arg(long, value_name = "FILE")]
        kit: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub enum BackupCommand {
    /// Say where backups go, and after how many days the next one is due (0: only by hand)
    Plan {
        folder: PathBuf,
        #[arg(long, default_value_t = 7, value_name = "DAYS")]
        every: u32,
    },
    /// List backups, and when the last one was made and tried out
    List,
    /// Make a backup in the folder of the plan, or in another one
    Make {
        folder: Option<PathBuf>,
        /// Do nothing unless it is time by the plan
        #[arg(long)]
        if_due: bool,
    },
    /// Check a backup; needs no vault, only its recovery code, passphrase or keyring
    Verify {
        file: PathBuf,
        /// How much: that the key opens it, every piece, or a restore that is compared
        #[arg(long, value_parser = ["head", "pieces", "full"], default_value = "pieces")]
        depth: String,
    },
    /// Restore a backup on trial, compare it, and take it away again
    Drill { file: Option<PathBuf> },
    /// Take a restored vault, or one that was set aside, in the place of the vault, which is set aside whole
    Take {
        dir: PathBuf,
        /// It is another vault, and that is meant
        #[arg(long)]
        another: bool,
    },
    /// Remove a vault that was set aside, for good
    Discard {
        dir: PathBuf,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Subcommand)]
pub enum DefinitionCommand {
    /// List them
    List,
    /// Ask anew about the next file with the same headings; what was imported stays
    Forget { definition_id: String },
    /// Write one down for everybody: shows every file, and writes them where a folder is given
    Export {
        definition_id: String,
        /// The vendor's name
        #[arg(long, value_name = "NAME")]
        vendor_name: String,
        /// Its permanent name, such as `my-bank`; made of the name if left out
        #[arg(long, value_name = "SLUG")]
        vendor: Option<String>,
        /// How the vendor calls the file, with `*` for what changes: `Umsatz_*.csv`
        #[arg(long, value_name = "PATTERN")]
        file_name: Option<String>,
        /// Write the vendor's folder into this one (`vendors/` in a copy of Holdall's sources)
        dir: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub enum PartnerCommand {
    /// Fetch and check a partner's signed description of itself
    Add { url: String },
    /// List partners
    List,
    /// Trust a partner's new key, once you have compared its words with the partner
    TrustKey {
        partner: String,
        /// The six words, as the partner told them to you
        #[arg(required = true, num_args = 6)]
        words: Vec<String>,
    },
}

#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct ImportArgs {
    #[command(subcommand)]
    pub kept: Option<KeptCommand>,
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Only show what is in the files; needs no vault
    #[arg(long)]
    pub dry_run: bool,
    /// Store without asking
    #[arg(long)]
    pub yes: bool,
    /// Answer a question: `date-order=dmy`
    #[arg(long = "answer", value_name = "ID=VALUE")]
    pub answers: Vec<String>,
    /// Say what a column of an unknown table is, by its heading or number: `"Betrag neu=amount"`, `3=date`
    #[arg(long = "map", value_name = "COLUMN=ROLE")]
    pub columns: Vec<String>,
    /// Save a description of the layout of what is not understood or new, to be sent by hand: headings and shapes of values, never a value
    #[arg(long, value_name = "FILE")]
    pub layout: Option<PathBuf>,
    /// Read the password of an archive from the first line of a file, or of standard input with `-`
    #[arg(long, value_name = "FILE|-")]
    pub archive_password_file: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum KeptCommand {
    /// Read kept files anew where Holdall understands them better by now: shows what would change, then asks
    Reread {
        /// This import, whatever changed; left out: all that would be read otherwise
        import_id: Option<i64>,
        /// Only show what would change
        #[arg(long)]
        dry_run: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// Answer a question: `date-order=dmy`
        #[arg(long = "answer", value_name = "ID=VALUE")]
        answers: Vec<String>,
        /// Read the password of an archive from the first line of a file, or of standard input with `-`
        #[arg(long, value_name = "FILE|-")]
        archive_password_file: Option<PathBuf>,
    },
}

#[derive(ClapArgs)]
pub struct FindArgs {
    pub words: Vec<String>,
    /// Only this kind of record, such as `flight` (may be repeated)
    #[arg(long)]
    pub kind: Vec<String>,
    /// Only this vendor, such as `amazon` (may be repeated)
    #[arg(long)]
    pub vendor: Vec<String>,
    /// First day, such as 2025-01-31
    #[arg(long)]
    pub from: Option<String>,
    /// Last day
    #[arg(long)]
    pub to: Option<String>,
    /// Only records of this import
    #[arg(long, value_name = "ID")]
    pub import: Option<i64>,
    /// How many at most
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
    /// Where the last page ended
    #[arg(long)]
    pub cursor: Option<String>,
}

#[derive(ClapArgs)]
pub struct ShareArgs {
    /// Address of the partner
    pub partner: String,
    /// What for: a purpose from `holdall offers`
    pub purpose: String,
    /// Only show the exact data that would leave
    #[arg(long)]
    pub preview: bool,
    /// Share without asking
    #[arg(long)]
    pub yes: bool,
    /// Give this optional field too: `flights.cabinClass` (may be repeated)
    #[arg(long = "field", value_name = "STRAND.FIELD")]
    pub fields: Vec<String>,
    /// Leave this record out (may be repeated)
    #[arg(long = "without", value_name = "RECORD_ID")]
    pub without: Vec<i64>,
    /// First day of the data to give
    #[arg(long)]
    pub since: Option<String>,
    /// Last day of the data to give
    #[arg(long)]
    pub until: Option<String>,
    /// Days until the share ends; the shortest choice if left out
    #[arg(long)]
    pub days: Option<u32>,
}
