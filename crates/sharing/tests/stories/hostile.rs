use std::sync::Arc;

use holdall_sharing::{AddressError, Client, Message, NetworkError, Patience, Policy, SharingError, Standing};
use tokio_rustls::rustls;

use crate::support::server::{Handler, Response, bind, serve};
use crate::support::{Behaviour, Met, NOON, TestClock, client, confirm, meet};

async fn discover(handler: Handler) -> SharingError {
    let (listener, origin) = bind().await;
    serve(listener, handler);
    client(&TestClock::at(NOON)).discover(&origin).await.expect_err("must be refused")
}

fn always(make: impl Fn() -> Response + Send + Sync + 'static) -> Handler {
    Arc::new(move |_| make())
}

fn raw(text: &str) -> Handler {
    let bytes = text.as_bytes().to_vec();
    always(move || Response::Raw(bytes.clone()))
}

#[tokio::test]
async fn bad_descriptors_are_refused_by_kind() {
    let network = SharingError::Network;
    assert_eq!(discover(always(|| Response::Endless)).await, network(NetworkError::TooLarge));
    assert_eq!(discover(always(|| Response::Silent)).await, network(NetworkError::TooSlow));
    assert_eq!(
        discover(raw("HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\ncontent-length: 0\r\n\r\n")).await,
        network(NetworkError::Redirected)
    );
    assert_eq!(discover(raw("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n")).await, network(NetworkError::TooLarge));
    assert_eq!(discover(raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc")).await, network(NetworkError::Broken));
    assert_eq!(discover(raw("")).await, network(NetworkError::Broken));
    assert_eq!(discover(raw("SSH-2.0-OpenSSH\r\n")).await, network(NetworkError::Broken));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(100_000));
    assert_eq!(discover(raw(&many)).await, network(NetworkError::Broken));
    assert_eq!(
        discover(always(|| Response::Text("text/html; charset=utf-8", "<h1>Sign in</h1>".into()))).await,
        network(NetworkError::WebPage)
    );
    assert_eq!(discover(always(|| Response::Json(404, "{}".into()))).await, SharingError::NoDescriptor { status: 404 });
    assert!(matches!(discover(always(|| Response::Text("text/plain", "a.b.c".into()))).await, SharingError::Descriptor(_)));
    assert!(matches!(discover(always(|| Response::Text("text/plain", "\u{0}".repeat(1000)))).await, SharingError::Descriptor(_)));
}

/// Compression is off: a body that claims to be compressed is not inflated, so it cannot grow.
#[tokio::test]
async fn a_compressed_answer_is_not_inflated() {
    let zip = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\u{1f}abc";
    assert!(matches!(discover(raw(zip)).await, SharingError::Descriptor(_)));
}

#[tokio::test]
async fn nobody_listening_is_said_as_such() {
    let (listener, origin) = bind().await;
    drop(listener);
    let error = client(&TestClock::at(NOON)).discover(&origin).await.expect_err("nobody there");
    assert_eq!(error, SharingError::Network(NetworkError::Unreachable));
}

/// Plain text where TLS was expected, and silence where a greeting was.
#[tokio::test]
async fn without_tls_there_is_no_connection() {
    for greeting in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b""] {
        let (listener, origin) = bind().await;
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            tokio::io::AsyncWriteExt::write_all(&mut stream, greeting).await.expect("writes");
            tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut Vec::new()).await
        });
        let error = client(&TestClock::at(NOON)).discover(&origin.replace("http://", "https://")).await.expect_err("must be refused");
        let expected = if greeting.is_empty() { NetworkError::Unreachable } else { NetworkError::NotSafe };
        assert_eq!(error, SharingError::Network(expected));
    }
}

/// A certificate that nobody known vouches for, for the right name, even where the rules are loosest.
#[tokio::test]
async fn an_unknown_certificate_is_not_believed() {
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key).expect("a pair");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let (listener, origin) = bind().await;
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut tls = acceptor.accept(stream).await?;
        // Whoever comes this far has believed the certificate.
        tokio::io::AsyncReadExt::read(&mut tls, &mut [0; 1]).await
    });
    let error = client(&TestClock::at(NOON)).discover(&origin.replace("http://", "https://")).await.expect_err("must be refused");
    assert_eq!(error, SharingError::Network(NetworkError::NotSafe));
    assert!(!matches!(server.await.expect("no panic"), Ok(1)), "nothing was sent");
}

#[tokio::test]
async fn outside_development_mode_this_computer_is_never_asked() {
    let (listener, origin) = bind().await;
    serve(listener, always(|| panic!("was asked")));
    let strict = Client::with_patience(Policy::default(), TestClock::at(NOON), Patience::default()).expect("a client");
    for address in [origin.clone(), origin.replace("http://", "https://"), origin.replace("127.0.0.1", "localhost")] {
        assert!(matches!(strict.discover(&address).await, Err(SharingError::Address(_))), "{address}");
    }
    let secure = strict.discover("https://localhost.").await.expect_err("must be refused");
    assert_eq!(secure, SharingError::Address(AddressError::LocalName));
}

#[tokio::test]
async fn a_descriptor_for_another_place_is_refused() {
    let met = meet(Behaviour::default()).await;
    let token = holdall_protocol::Signed::sign(met.server.describe(), &met.server.signing).expect("signs").token().to_owned();
    let error = discover(always(move || Response::Text("application/dgp-descriptor+jwt", token.clone()))).await;
    assert!(matches!(error, SharingError::Descriptor(holdall_protocol::rules::DescriptorFault::OtherIssuer)), "{error:?}");
}

/// Sends a real share to an API that answers as `handler` does.
async fn exchange_with(handler: Handler) -> (Met, holdall_sharing::Share) {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    let (listener, origin) = bind().await;
    serve(listener, handler);
    // The person's side believes that the API is there.
    let stored = String::from_utf8(share.to_json().expect("serialises")).expect("JSON");
    let moved = stored.replace(&format!("\"api\":\"{}/dgp/v1\"", met.server.origin()), &format!("\"api\":\"{origin}/dgp/v1\""));
    assert_ne!(stored, moved);
    share = holdall_sharing::Share::from_json(moved.as_bytes()).expect("reads");
    met.exchange(&mut share).await;
    (met, share)
}

#[tokio::test]
async fn a_hostile_api_never_advances_a_share() {
    let nested = format!("{{\"messages\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let twice = r#"{"messages":[],"messages":["a.b.c"]}"#.to_owned();
    let handlers: Vec<(&str, Handler)> = vec![
        ("endless", always(|| Response::Endless)),
        ("silent", always(|| Response::Silent)),
        ("redirect", raw("HTTP/1.1 307 Go\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n")),
        ("cut off", raw("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{")),
        ("page", always(|| Response::Text("text/html", "<html>".into()))),
        ("empty", always(|| Response::Json(200, String::new()))),
        ("nothing signed", always(|| Response::Json(200, r#"{"messages":[]}"#.into()))),
        ("nonsense", always(|| Response::Json(200, r#"{"messages":["x","a.b.c","e30.e30.e30"]}"#.into()))),
        ("many", always(|| Response::Json(200, format!(r#"{{"messages":[{}"x"]}}"#, "\"x\",".repeat(100_000))))),
        ("nested", always(move || Response::Json(200, nested.clone()))),
        ("twice", always(move || Response::Json(200, twice.clone()))),
        ("html error", raw("HTTP/1.1 502 Bad\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>")),
    ];
    for (name, handler) in handlers {
        let (_, share) = exchange_with(handler).await;
        assert!(matches!(share.standing(), Standing::Queued | Standing::Sent), "{name}: {:?}", share.standing());
        assert!(share.due().is_some(), "{name} is tried again");
        assert!(share.to_json().expect("serialises").len() < 100_000, "{name} does not fill the vault");
    }
}

#[tokio::test]
async fn offline_a_share_waits_and_stays_cancellable() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    let (listener, origin) = bind().await;
    drop(listener);
    let stored = String::from_utf8(share.to_json().expect("serialises")).expect("JSON");
    let moved = stored.replace(&format!("\"api\":\"{}/dgp/v1\"", met.server.origin()), &format!("\"api\":\"{origin}/dgp/v1\""));
    share = holdall_sharing::Share::from_json(moved.as_bytes()).expect("reads");
    let done = met.exchange(&mut share).await;
    assert!(done.failure.expect("said").contains("network is off"));
    assert_eq!(share.standing(), Standing::Queued);
    assert!(share.waiting().expect("said").starts_with("The share waits to be sent: no connection"));
    met.revoke(&mut share);
    assert_eq!(share.standing(), Standing::Cancelled);
}

/// A public partner's API cannot be moved onto this computer by whoever holds the descriptor.
#[tokio::test]
async fn a_public_partner_cannot_send_the_client_inside() {
    let met = meet(Behaviour::default()).await;
    let mut share = confirm(&met);
    let outgoing = share.next(&met.partner, true, NOON, &holdall_sharing::SystemEntropy).expect("readable").expect("the grant");
    assert_eq!(outgoing.message, Message::Grant);
    let error = met.client.send("https://shop.example", &outgoing).await.expect_err("must be refused");
    assert!(error.never_left() && !error.is_temporary(), "{error:?}");
    assert!(met.server.requests.lock().expect("not poisoned").is_empty());
}
