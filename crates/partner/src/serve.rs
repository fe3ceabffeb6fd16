use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::error::{Error, report};
use crate::http::router;
use crate::listen::{TlsListener, tls};
use crate::misbehave::Misbehaviour;
use crate::partner::{Clock, Partner};

/// How often grants are looked at for their end.
const SWEEP: Duration = Duration::from_secs(30);

/// Where and how one partner listens.
pub struct ServeOptions {
    pub dir: PathBuf,
    pub listen: SocketAddr,
    /// Certificate chain and key, PEM. Without them, only loopback is listened on.
    pub tls: Option<(PathBuf, PathBuf)>,
    pub misbehaviour: Option<Misbehaviour>,
    pub clock: Clock,
}

/// A partner that is listening. Dropping it without [`Running::stop`] leaves it listening until the runtime ends.
pub struct Running {
    pub partner: Arc<Partner>,
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    sweeper: JoinHandle<()>,
}

impl Running {
    /// Takes no more connections, lets open requests finish, closes the store, and returns.
    pub async fn stop(self) {
        // Nobody listens any more only if the server has ended by itself.
        let _ = self.stop.send(true);
        let _ = self.server.await;
        let _ = self.sweeper.await;
    }
}

/// Starts listening. The partner's origin is that of its configuration, or of the loopback address that was bound.
pub async fn start(options: ServeOptions) -> Result<Running, Error> {
    let encrypted = options.tls.as_ref().map(|(cert, key)| tls(cert, key)).transpose()?;
    if encrypted.is_none() && !options.listen.ip().is_loopback() {
        return Err(Error::Usage("without --tls-cert and --tls-key only a loopback address such as 127.0.0.1 is listened on"));
    }
    let listener = TcpListener::bind(options.listen).await.map_err(Error::file(options.listen.to_string()))?;
    let address = listener.local_addr().map_err(Error::file(options.listen.to_string()))?;
    let scheme = if encrypted.is_some() { "https" } else { "http" };
    let origin = format!("{scheme}://{address}");
    let partner = Arc::new(Partner::open(&options.dir, &origin, options.clock, options.misbehaviour)?);
    let (stop, stopped) = watch::channel(false);
    let app = router(partner.clone());
    let until = |mut stopped: watch::Receiver<bool>| async move {
        // An error means that the sender is gone, which is a stop as well.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let server = match encrypted {
        Some(acceptor) => {
            let listener = TlsListener::new(listener, acceptor).map_err(Error::file(address.to_string()))?;
            let serving = axum::serve(listener, app).with_graceful_shutdown(until(stopped.clone()));
            tokio::spawn(async move { drop(serving.await) })
        }
        None => {
            let serving = axum::serve(listener, app).with_graceful_shutdown(until(stopped.clone()));
            tokio::spawn(async move { drop(serving.await) })
        }
    };
    let sweeper = tokio::spawn(sweep(partner.clone(), stopped));
    Ok(Running { partner, address, stop, server, sweeper })
}

/// Ends what is due, now and then.
async fn sweep(partner: Arc<Partner>, mut stopped: watch::Receiver<bool>) {
    loop {
        let partner = partner.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || partner.end_what_is_due()).await {
            report(&error);
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            _ = stopped.changed() => return,
        }
    }
}
