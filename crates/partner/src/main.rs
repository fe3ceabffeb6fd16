//! `holdall-partner`: the command line around the reference partner.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use holdall_partner::{DEMO_PARTNERS, Error, Misbehaviour, Partner, Running, ServeOptions, init, issue_offer, start, system_clock};
use serde::Serialize;

/// A reference partner of the Data Grant Protocol.
#[derive(Parser)]
#[command(name = "holdall-partner", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a new partner's folder: keys, and a partner.toml to edit.
    Init {
        /// The domain the partner speaks for, such as shop.example.
        #[arg(long)]
        domain: String,
        #[arg(long)]
        dir: PathBuf,
    },
    /// Listen for grants.
    Serve {
        #[arg(long)]
        dir: PathBuf,
        #[arg(long, default_value = "127.0.0.1:8443")]
        listen: SocketAddr,
        /// Certificate chain, PEM.
        #[arg(long, requires = "tls_key")]
        tls_cert: Option<PathBuf>,
        /// The certificate's private key, PEM.
        #[arg(long, requires = "tls_cert")]
        tls_key: Option<PathBuf>,
        #[command(flatten)]
        how: How,
    },
    /// Sign an offer for one customer and print its link.
    Offer {
        #[arg(long)]
        dir: PathBuf,
        #[arg(long)]
        purpose: String,
        /// Your own handle of the customer's account. Nobody else can read anything in it.
        #[arg(long)]
        subject: Option<String>,
        /// The address the partner listens on, where partner.toml names no origin.
        #[arg(long, default_value = "http://127.0.0.1:8443")]
        origin: String,
    },
    /// Run two invented partners on this computer: an airline and a bookseller.
    Demo {
        /// Where they keep their keys and data.
        #[arg(long)]
        dir: PathBuf,
        /// The first partner's port; the second takes the next. 0 takes any two that are free.
        #[arg(long, default_value_t = 47810)]
        port: u16,
        #[command(flatten)]
        how: How,
    },
}

#[derive(clap::Args)]
struct How {
    /// Print one line of JSON when ready.
    #[arg(long)]
    json: bool,
    /// Break the protocol in this way, to test a client.
    #[arg(long, value_enum)]
    misbehave: Option<Misbehaviour>,
}

/// What is printed when ready.
#[derive(Serialize)]
struct Ready<'a> {
    ready: bool,
    partners: Vec<ReadyPartner<'a>>,
}

#[derive(Serialize)]
struct ReadyPartner<'a> {
    name: &'a str,
    origin: &'a str,
    api: &'a str,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("holdall-partner: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Error> {
    match command {
        Command::Init { domain, dir } => {
            init(&dir, Partner::TEMPLATE, Some(&format!("https://{domain}")))?;
            say(&format!("Made {}. Edit partner.toml there, then run `holdall-partner serve`.", dir.display()))
        }
        Command::Offer { dir, purpose, subject, origin } => say(&issue_offer(&dir, &purpose, subject, &origin, &system_clock())?),
        Command::Serve { dir, listen, tls_cert, tls_key, how } => {
            let options = ServeOptions { dir, listen, tls: tls_cert.zip(tls_key), misbehaviour: how.misbehave, clock: system_clock() };
            listen_until_stopped(vec![options], how.json)
        }
        Command::Demo { dir, port, how } => listen_until_stopped(demo(&dir, port, how.misbehave)?, how.json),
    }
}

/// Makes the demo partners' folders where they do not exist yet.
fn demo(dir: &Path, port: u16, misbehaviour: Option<Misbehaviour>) -> Result<Vec<ServeOptions>, Error> {
    let mut all = Vec::new();
    for (partner, n) in DEMO_PARTNERS.iter().zip(0u16..) {
        let dir = dir.join(partner.slug);
        match init(&dir, partner.config, None) {
            Ok(()) | Err(Error::Exists { .. }) => {}
            Err(error) => return Err(error),
        }
        let port = if port == 0 { 0 } else { port.checked_add(n).ok_or(Error::Usage("there is no port after this one"))? };
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        all.push(ServeOptions { dir, listen, tls: None, misbehaviour, clock: system_clock() });
    }
    Ok(all)
}

#[tokio::main]
async fn listen_until_stopped(all: Vec<ServeOptions>, json: bool) -> Result<(), Error> {
    let mut running = Vec::new();
    for options in all {
        running.push(start(options).await?);
    }
    announce(&running, json)?;
    wait_for_stop().await;
    for partner in running {
        partner.stop().await;
    }
    Ok(())
}

fn announce(running: &[Running], json: bool) -> Result<(), Error> {
    let partners: Vec<_> =
        running.iter().map(|r| ReadyPartner { name: r.partner.name(), origin: r.partner.origin(), api: r.partner.api() }).collect();
    if json {
        let line = serde_json::to_string(&Ready { ready: true, partners }).map_err(|_| Error::Damaged)?;
        return say(&line);
    }
    partners.iter().try_for_each(|p| say(&format!("{} listens at {}", p.name, p.origin)))
}

async fn wait_for_stop() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

fn say(line: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|source| Error::File { path: "standard output".into(), source })
}
