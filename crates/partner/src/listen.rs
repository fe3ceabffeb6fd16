use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use crate::error::Error;

/// A handshake must be done within this, so that idle connections hold nothing up.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Reads a certificate chain and its key, both PEM.
pub fn tls(cert: &Path, key: &Path) -> Result<TlsAcceptor, Error> {
    let broken = |e: &dyn std::fmt::Display| Error::Tls(e.to_string());
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert).and_then(Iterator::collect).map_err(|e| broken(&e))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|e| broken(&e))?;
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).map_err(|e| broken(&e))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Accepts connections and completes their handshakes, each on a task of its own.
pub struct TlsListener {
    ready: tokio::sync::mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    pub fn new(listener: TcpListener, acceptor: TlsAcceptor) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (send, ready) = tokio::sync::mpsc::channel(64);
        tokio::spawn(async move {
            while !send.is_closed() {
                let Ok((stream, peer)) = listener.accept().await else {
                    // Out of file handles: let some connections end first.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                let (acceptor, send) = (acceptor.clone(), send.clone());
                tokio::spawn(async move {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        // A closed channel means that the server is ending.
                        let _ = send.send((stream, peer)).await;
                    }
                });
            }
        });
        Ok(Self { ready, address })
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The accepting task never ends while this exists.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.address)
    }
}
