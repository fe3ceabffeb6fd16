//! What goes wrong on the partner's own side: an erasure that is cut off, a crowd of the same request, a connection that must
//! be encrypted.

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use common::*;
use holdall_partner::{DEMO_PARTNERS, Error, ServeOptions, Use, init, start};
use holdall_protocol::message::*;
use holdall_protocol::rules::{Delivered, Erasure, check_deletion, check_descriptor};
use holdall_protocol::{Code, names};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const GRANTS: &str = "/dgp/v1/grants";

#[test]
fn an_erasure_that_was_cut_off_is_taken_up_again_and_never_proved_before() {
    let (mut stage, person) = (Stage::open(0, None), Person::new(1));
    let share = Share::new(&stage, &person, FLIGHTS);
    stage.post(GRANTS, &share.submission(&person)).answer();

    // The key's file cannot be overwritten: a folder is in its place.
    let key = stage.folder().join("keys/grants").join(format!("{}.key", share.grant.jti));
    std::fs::rename(&key, key.with_extension("away")).expect("renames");
    std::fs::create_dir(&key).expect("a folder");
    let revocation = share.revocation(&person, stage.now());
    let body = RevocationSubmission { revocation: revocation.token().into() };
    assert_eq!(stage.post(&share.path("revocation"), &body).refusal(), Code::Internal);

    // Use has ended all the same, and there is no proof of what has not happened.
    let wanted = Use { grant: share.grant.jti, purpose: "status-match", strand: "flights", fields: &["provider"], actor: "test" };
    assert!(matches!(stage.running().partner.read_records(wanted), Err(Error::Gate(_))));
    let sync = |stage: &Stage| share.messages(stage, &stage.post(&share.path("sync"), &share.sync(&person, stage.now(), vec![])).answer());
    let waiting = sync(&stage);
    assert!(waiting.iter().any(|m| matches!(m, PartnerMessage::RevocationAck(_))));
    assert!(!waiting.iter().any(|m| matches!(m, PartnerMessage::DeletionReceipt(_))));

    std::fs::remove_dir(&key).expect("removes");
    std::fs::rename(key.with_extension("away"), &key).expect("renames");
    stage.restart(None);
    // The first sweep runs when the server starts; this one waits for it and finds nothing left to do, or does it.
    stage.running().partner.end_what_is_due().expect("sweeps");
    assert!(!key.exists());
    let Some(PartnerMessage::DeletionReceipt(proof)) = sync(&stage).pop() else { panic!("no proof") };
    let sent = [Delivered { manifest: share.signed_manifest(&person).digest(), commits: vec![share.payload.commit()] }];
    assert_eq!(check_deletion(proof.claims(), &share.signed_grant(&person), Some(&revocation), &sent, stage.now()), Ok(Erasure::Complete));
    // The request that failed is tried again with the same bytes, and gets both messages.
    assert_eq!(stage.post(&share.path("revocation"), &body).answer().messages.len(), 2);
}

#[test]
fn a_crowd_of_the_same_request_gets_one_answer_and_leaves_one_grant() {
    let (stage, person) = (Stage::open(0, None), Person::new(1));
    let share = Share::new(&stage, &person, FLIGHTS);
    let submission = share.submission(&person);
    let bodies: Vec<String> = std::thread::scope(|scope| {
        let posts: Vec<_> = (0..8).map(|_| scope.spawn(|| stage.post(GRANTS, &submission))).collect();
        posts.into_iter().map(|post| post.join().expect("answers")).inspect(|reply| assert_eq!(reply.status, 200)).map(|r| r.body).collect()
    });
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(stage.running().partner.usage_of(share.grant.jti).expect("reads").len(), 1, "the benefit was computed once");
    assert_eq!(std::fs::read_dir(stage.folder().join("keys/grants")).expect("reads").count(), 1);
}

#[test]
fn with_a_certificate_the_partner_speaks_tls_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    std::fs::write(&cert, own.cert.pem()).expect("writes");
    std::fs::write(&key, own.signing_key.serialize_pem()).expect("writes");
    init(&dir.path().join("p"), DEMO_PARTNERS[0].config, None).expect("made");
    let options = |tls| ServeOptions {
        dir: dir.path().join("p"),
        listen: ([127, 0, 0, 1], 0).into(),
        tls,
        misbehaviour: None,
        clock: Arc::new(|| START),
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let swapped = runtime.block_on(start(options(Some((key.clone(), cert.clone())))));
    assert!(matches!(swapped.err(), Some(Error::Tls(_))), "a key is no certificate");
    let running = runtime.block_on(start(options(Some((cert, key))))).expect("starts");
    let origin = format!("https://{}", running.address);
    assert_eq!(running.partner.origin(), origin);

    let mut roots = RootCertStore::empty();
    roots.add(own.cert.der().clone()).expect("a root");
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").expect("an address");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
    let mut stream = StreamOwned::new(connection, TcpStream::connect(running.address).expect("connects"));
    write!(stream, "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", names::WELL_KNOWN_PATH, running.address).expect("writes");
    let mut text = Vec::new();
    // The end of a connection without TLS's own farewell is an error to rustls; what came before it counts.
    let _ = stream.read_to_end(&mut text);
    let text = String::from_utf8(text).expect("text");
    let (_, token) = text.split_once("\r\n\r\n").expect("an answer");
    check_descriptor(token, &origin, START).expect("a good descriptor");

    let mut plain = TcpStream::connect(running.address).expect("connects");
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("writes");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "no answer in the clear");
    runtime.block_on(running.stop());
}
