//! The one place that opens a connection. Redirects, cookies, proxies, referrers and compression are off; every resolved
//! address is checked and the checked one is the one connected to; every answer has a size and a time limit.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use holdall_model::Clock;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use url::Url;

use crate::address::{AddressError, check_url, is_public};

/// How careful to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// Also speak to partners on this computer, without TLS. Only on the person's explicit wish.
    pub development: bool,
}

/// The longest a connection may take to stand, and a whole exchange to end.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub connect: Duration,
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), whole: Duration::from_secs(60) }
    }
}

/// Why nothing useful came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error("no connection could be made: the network is off, or the partner's computer does not answer")]
    Unreachable,
    #[error("no safe connection could be made: the partner's certificate is not valid for its name, or this computer's clock is wrong")]
    NotSafe,
    #[error("the partner took too long to answer")]
    TooSlow,
    #[error("the connection broke before the answer was complete")]
    Broken,
    #[error("the answer is larger than the protocol allows")]
    TooLarge,
    #[error("the partner sends visitors on to another address, which is not followed")]
    Redirected,
    #[error("a web page came instead of an answer: perhaps this network asks for a sign-in first")]
    WebPage,
}

/// Speaks to partners.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    policy: Policy,
    patience: Patience,
    clock: Arc<dyn Clock>,
}

pub(crate) struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
    /// Seconds, if the partner asked for a pause.
    pub retry_after: Option<i64>,
}

impl Client {
    pub fn new(policy: Policy, clock: Arc<dyn Clock>) -> Result<Self, NetworkError> {
        Self::with_patience(policy, clock, Patience::default())
    }

    pub fn with_patience(policy: Policy, clock: Arc<dyn Clock>, patience: Patience) -> Result<Self, NetworkError> {
        let http = reqwest::Client::builder()
            .dns_resolver(Arc::new(PublicOnly { development: policy.development, lookup: Arc::new(system_lookup) }))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .https_only(!policy.development)
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .connect_timeout(patience.connect)
            .timeout(patience.whole)
            .build()
            .map_err(|_| NetworkError::NotSafe)?;
        Ok(Self { http, policy, patience, clock })
    }

    pub fn policy(&self) -> Policy {
        self.policy
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    pub(crate) async fn get(&self, url: Url, accept: &'static str, max: usize) -> Result<Reply, NetworkError> {
        check_url(&url, self.policy.development)?;
        self.exchange(self.http.get(url).header(ACCEPT, HeaderValue::from_static(accept)), max).await
    }

    pub(crate) async fn post(&self, url: Url, body: Vec<u8>, media: &'static str, max: usize) -> Result<Reply, NetworkError> {
        check_url(&url, self.policy.development)?;
        let media = HeaderValue::from_static(media);
        self.exchange(self.http.post(url).header(ACCEPT, media.clone()).header(CONTENT_TYPE, media).body(body), max).await
    }

    async fn exchange(&self, request: reqwest::RequestBuilder, max: usize) -> Result<Reply, NetworkError> {
        // reqwest's own limit starts again with each part of a body; this one does not.
        tokio::time::timeout(self.patience.whole, read(request, max)).await.map_err(|_| NetworkError::TooSlow)?
    }
}

async fn read(request: reqwest::RequestBuilder, max: usize) -> Result<Reply, NetworkError> {
    let mut response = request.send().await.map_err(|e| classify(&e))?;
    let status = response.status();
    if status.is_redirection() {
        return Err(NetworkError::Redirected);
    }
    let media = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    if status.is_success() && media.starts_with("text/html") {
        return Err(NetworkError::WebPage);
    }
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    if response.content_length().is_some_and(|length| length > max as u64) {
        return Err(NetworkError::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|e| classify(&e))? {
        if body.len() + part.len() > max {
            return Err(NetworkError::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(Reply { status: status.as_u16(), body, retry_after })
}

fn classify(error: &reqwest::Error) -> NetworkError {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(address) = inner.downcast_ref::<AddressError>() {
            return NetworkError::Address(*address);
        }
        // The types of rustls and of the platform's verifier are not ours to name.
        let text = inner.to_string();
        if ["certificate", "corrupt message", "HandshakeFailure", "ProtocolVersion"].iter().any(|sign| text.contains(sign)) {
            return NetworkError::NotSafe;
        }
        source = inner.source();
    }
    // A connection that does not come about in time has carried nothing; one that stands may have.
    if error.is_connect() {
        NetworkError::Unreachable
    } else if error.is_timeout() {
        NetworkError::TooSlow
    } else {
        NetworkError::Broken
    }
}

type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;
type Lookup = Arc<dyn Fn(String) -> Found + Send + Sync>;

fn system_lookup(host: String) -> Found {
    Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) })
}

/// Gives out only addresses that may be connected to, so that a name cannot be public when checked and private when used.
struct PublicOnly {
    development: bool,
    lookup: Lookup,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let loopback_allowed = self.development && host.eq_ignore_ascii_case("localhost");
        let found = (self.lookup)(host);
        Box::pin(async move {
            let addresses = found.await?;
            // One inner address among public ones is an attack or a mistake; neither deserves a try.
            let good = |a: &SocketAddr| if loopback_allowed { a.ip().is_loopback() } else { is_public(a.ip()) };
            if !addresses.iter().all(good) {
                return Err(AddressError::LocalAddress.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn resolver(development: bool, rounds: Vec<Vec<&'static str>>) -> PublicOnly {
        let calls = Arc::new(AtomicUsize::new(0));
        let lookup = move |_| -> Found {
            let round = calls.fetch_add(1, Ordering::Relaxed).min(rounds.len() - 1);
            let found = rounds[round].iter().map(|ip| SocketAddr::new(ip.parse().expect("an address"), 0)).collect();
            Box::pin(async move { Ok(found) })
        };
        PublicOnly { development, lookup: Arc::new(lookup) }
    }

    async fn resolve(resolver: &PublicOnly, host: &str) -> Option<Vec<SocketAddr>> {
        resolver.resolve(host.parse().expect("a name")).await.ok().map(Iterator::collect)
    }

    #[tokio::test]
    async fn every_address_of_a_name_is_checked() {
        assert!(resolve(&resolver(false, vec![vec!["1.1.1.1", "2606:4700::1"]]), "shop.example").await.is_some());
        assert!(resolve(&resolver(false, vec![vec!["1.1.1.1", "10.0.0.1"]]), "shop.example").await.is_none());
        assert!(resolve(&resolver(true, vec![vec!["127.0.0.1"]]), "shop.example").await.is_none());
        assert!(resolve(&resolver(true, vec![vec!["127.0.0.1"]]), "localhost").await.is_some());
        assert!(resolve(&resolver(true, vec![vec!["1.1.1.1"]]), "localhost").await.is_none());
    }

    /// A name that is public when first asked and private when asked again never gets a private connection: what was
    /// checked is what is handed to the connector.
    #[tokio::test]
    async fn a_name_that_changes_its_address_is_refused() {
        let rebinding = resolver(false, vec![vec!["1.1.1.1"], vec!["127.0.0.1"]]);
        assert!(resolve(&rebinding, "shop.example").await.is_some());
        assert!(resolve(&rebinding, "shop.example").await.is_none());
        let client = reqwest::Client::builder()
            .no_proxy()
            .dns_resolver(Arc::new(resolver(false, vec![vec!["169.254.169.254"]])))
            .build()
            .expect("a client");
        let error = client.get("http://shop.example/").send().await.expect_err("must not connect");
        assert_eq!(classify(&error), NetworkError::Address(AddressError::LocalAddress));
    }
}
