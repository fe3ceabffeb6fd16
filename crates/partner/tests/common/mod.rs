//! A client made of nothing but the room `protocol` and a socket.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use holdall_partner::{DEMO_PARTNERS, Misbehaviour, Running, ServeOptions, init, start};
use holdall_protocol::key::{Pairwise, SigningKey};
use holdall_protocol::message::*;
use holdall_protocol::payload::{Builder, Line, Payload, Provenance, ProvenanceClass, Record};
use holdall_protocol::rules::check_descriptor;
use holdall_protocol::strand::Strand;
use holdall_protocol::{Code, Digest, Place, Problem, Signed, SystemEntropy, Uuid, fresh_id, jose, json, names, utc_date};
use tokio::runtime::Runtime;

/// 2026-11-21T12:00:00Z.
pub const START: i64 = 1_795_262_400;
/// Stands in every record, and must be nowhere in the clear.
pub const CANARY: &str = "CANARYXQ7";

/// A running demo partner with a clock that stands still until it is moved.
pub struct Stage {
    pub dir: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    runtime: Runtime,
    running: Option<Running>,
}

impl Stage {
    /// `which`: 0 is the airline, 1 the bookseller.
    pub fn open(which: usize, misbehaviour: Option<Misbehaviour>) -> Self {
        Self::open_with(which, misbehaviour, |config| config.to_owned())
    }

    pub fn open_with(which: usize, misbehaviour: Option<Misbehaviour>, edit: fn(&str) -> String) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        init(&dir.path().join("partner"), &edit(DEMO_PARTNERS[which].config), None).expect("a new partner");
        let mut stage = Self { dir, clock: Arc::new(AtomicI64::new(START)), runtime: Runtime::new().expect("a runtime"), running: None };
        stage.start(SocketAddr::from(([127, 0, 0, 1], 0)), misbehaviour);
        stage
    }

    fn start(&mut self, listen: SocketAddr, misbehaviour: Option<Misbehaviour>) {
        let clock = self.clock.clone();
        let options =
            ServeOptions { dir: self.folder(), listen, tls: None, misbehaviour, clock: Arc::new(move || clock.load(Ordering::SeqCst)) };
        self.running = Some(self.runtime.block_on(start(options)).expect("starts"));
    }

    /// Stops the server and starts it again at the same address.
    pub fn restart(&mut self, misbehaviour: Option<Misbehaviour>) {
        let running = self.running.take().expect("is running");
        let address = running.address;
        self.runtime.block_on(running.stop());
        self.start(address, misbehaviour);
    }

    /// Stops the server, so that its files can be looked at.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }

    pub fn running(&self) -> &Running {
        self.running.as_ref().expect("is running")
    }

    pub fn folder(&self) -> PathBuf {
        self.dir.path().join("partner")
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn request(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        let address = self.running().address;
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        send(address, &[head.as_bytes(), body].concat())
    }

    pub fn post<T: serde::Serialize>(&self, path: &str, body: &T) -> Reply {
        self.request("POST", path, &serde_json::to_vec(body).expect("serialises"))
    }

    pub fn descriptor(&self) -> Signed<Descriptor> {
        let reply = self.request("GET", names::WELL_KNOWN_PATH, b"");
        assert_eq!(reply.status, 200);
        assert!(reply.head.contains(names::media::DESCRIPTOR));
        let origin = format!("http://{}", self.running().address);
        check_descriptor(&reply.body, &origin, self.now()).expect("a good descriptor")
    }
}

pub fn send(address: SocketAddr, bytes: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(address).expect("connects");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("sets");
    // A server that refuses early closes before it has read everything.
    let _ = stream.write_all(bytes);
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    let text = String::from_utf8(text).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
    Reply { status, head: head.to_lowercase(), body: body.to_owned() }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn answer(&self) -> Answer {
        assert_eq!(self.status, 200, "{}", self.body);
        json::read(self.body.as_bytes()).expect("an answer")
    }

    /// The problem's code, having checked that status and type agree with it.
    pub fn refusal(&self) -> Code {
        let problem: Problem = json::read(self.body.as_bytes()).expect("a problem");
        assert!(self.head.contains(names::media::PROBLEM), "{}", self.head);
        let code = problem.code().expect("a known code");
        assert_eq!((self.status, problem.status), (code.status(), code.status()));
        assert!(!self.body.contains(CANARY));
        code
    }
}

/// A person towards one partner.
pub struct Person(pub Pairwise);

impl Person {
    pub fn new(nonce: u8) -> Self {
        Self(Pairwise::derive(&[1; 32], &[nonce; 32]))
    }

    pub fn key(&self) -> &SigningKey {
        self.0.signing_key()
    }
}

/// A share that is ready to be posted. Tests bend its parts and sign again.
pub struct Share {
    pub descriptor: Signed<Descriptor>,
    pub grant: Grant,
    pub payload: Payload,
    pub parcel: String,
    pub manifest: Manifest,
}

impl Share {
    pub fn new(stage: &Stage, person: &Person, rows: &[&[(&str, &str)]]) -> Self {
        Self::bent(stage, person, rows, |_| {})
    }

    /// With a grant that is changed before anything is built from it.
    pub fn bent(stage: &Stage, person: &Person, rows: &[&[(&str, &str)]], bend: impl FnOnce(&mut Grant)) -> Self {
        let descriptor = stage.descriptor();
        let mut grant = full_grant(&descriptor, person, stage.now());
        bend(&mut grant);
        let strand = Strand::named(&grant.strands[0].strand).expect("in the catalogue");
        let place = Place { grant: grant.jti, seq: 1, n: 0 };
        let transforms = grant.strands[0].transforms.clone();
        let mut builder = Builder::new(place, strand, transforms, stage.now(), &SystemEntropy).expect("has entropy");
        for (row, n) in rows.iter().zip(0u32..) {
            builder.push(&record(person, n, row)).expect("fits");
        }
        let payload = builder.finish().expect("fits");
        let sealing = descriptor.claims().sealing_key(stage.now()).expect("has one");
        let parcel = jose::seal(payload.bytes(), &place, &sealing, &SystemEntropy).expect("seals");
        let manifest = Manifest {
            dgp: Version,
            iss: grant.iss.clone(),
            aud: grant.aud.clone(),
            jti: fresh_id(&SystemEntropy).expect("an id"),
            iat: grant.iat,
            grant: grant.jti,
            seq: 1,
            kind: ManifestKind::Full,
            prev_manifest: None,
            total_rows: payload.rows(),
            parcels: vec![payload.entry(&parcel)],
        };
        Self { descriptor, grant, payload, parcel, manifest }
    }

    pub fn signed_grant(&self, person: &Person) -> Signed<Grant> {
        Signed::sign(self.grant.clone(), person.key()).expect("signs")
    }

    pub fn signed_manifest(&self, person: &Person) -> Signed<Manifest> {
        Signed::sign(self.manifest.clone(), person.key()).expect("signs")
    }

    pub fn submission(&self, person: &Person) -> GrantSubmission {
        GrantSubmission {
            grant: self.signed_grant(person).token().into(),
            manifest: Some(self.signed_manifest(person).token().into()),
            parcels: vec![self.parcel.clone()],
        }
    }

    pub fn revocation(&self, person: &Person, now: i64) -> Signed<Revocation> {
        let claims = Revocation {
            dgp: Version,
            iss: self.grant.iss.clone(),
            aud: self.grant.aud.clone(),
            jti: fresh_id(&SystemEntropy).expect("an id"),
            iat: now,
            grant: self.grant.jti,
            reason: RevocationReason::UserAction,
            initiator: Initiator::Individual,
            scope: Scope::All,
            erase: EraseScope::All,
            notify_recipients: true,
            legal: vec!["GDPR 7(3)".into()],
            stop_by: now + 86_400,
            erase_by: now + 14 * 86_400,
        };
        Signed::sign(claims, person.key()).expect("signs")
    }

    pub fn sync(&self, person: &Person, now: i64, ack: Vec<Uuid>) -> SyncSubmission {
        let claims = Sync {
            dgp: Version,
            iss: self.grant.iss.clone(),
            aud: self.grant.aud.clone(),
            jti: fresh_id(&SystemEntropy).expect("an id"),
            iat: now,
            grant: self.grant.jti,
            cursor: None,
            ack,
            have: Have::default(),
        };
        SyncSubmission { sync: Signed::sign(claims, person.key()).expect("signs").token().into() }
    }

    pub fn path(&self, verb: &str) -> String {
        format!("/dgp/v1/grants/{}/{verb}", self.grant.jti)
    }

    pub fn messages(&self, stage: &Stage, answer: &Answer) -> Vec<PartnerMessage> {
        let keys = self.descriptor.claims().verifying_keys(stage.now());
        answer.messages.iter().map(|token| PartnerMessage::verify(token, &keys).expect("verifies")).collect()
    }
}

/// A grant of everything that the partner's first purpose asks for.
fn full_grant(descriptor: &Signed<Descriptor>, person: &Person, now: i64) -> Grant {
    let d = descriptor.claims();
    let purpose = &d.purposes[0];
    let asked = &purpose.strands[0];
    let when = Strand::named(&asked.strand).expect("in the catalogue").when;
    let coarsen = |f: &FieldRequest| Some(format!("coarsen:{}:{}", f.f, f.max_precision.as_ref()?));
    Grant {
        dgp: Version,
        iss: person.key().verifying_key().thumbprint().urn(),
        aud: d.iss.clone(),
        jti: fresh_id(&SystemEntropy).expect("an id"),
        iat: now,
        nbf: now,
        exp: purpose.retention.max_duration.after(now).expect("in range"),
        descriptor: descriptor.digest(),
        offer: None,
        subject_ref: None,
        purposes: vec![purpose.id.clone()],
        access_mode: AccessMode::SingleUse,
        strands: vec![StrandGrant {
            strand: asked.strand.clone(),
            fields: asked.fields.iter().map(|f| f.f.clone()).collect(),
            time_constraint: Some(TimeConstraint {
                field: when.into(),
                since: asked.lookback.as_ref().and_then(|p| p.before(now)).map(utc_date),
                until: None,
            }),
            transforms: asked.fields.iter().filter_map(coarsen).collect(),
            max_records: asked.max_records,
        }],
        update: None,
        retention: purpose.retention.clone(),
        recipients: vec![],
        storage_locations: purpose.storage_locations.clone(),
        prohibit: vec!["onward_sale".into()],
        terms: None,
        commit: GrantCommitments {
            revocation_stop: d.commitments.revocation_stop.clone(),
            erasure: d.commitments.erasure.clone(),
            usage_report: None,
            onward_erasure: None,
        },
        legal: LegalGround { basis: purpose.legal_basis.clone(), jurisdiction: "IE".into(), lang: "en".into() },
        notice_sha256: Digest::of(b"the text that was shown"),
        gives_back: Digest::of(b"the promise"),
        supersedes: None,
        must_understand: vec!["prohibit".into()],
    }
}

pub fn record(person: &Person, n: u32, fields: &[(&str, &str)]) -> Line {
    Line::Upsert(Record {
        id: person.0.record_id(&n.to_be_bytes()),
        kind: "Flight".into(),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>(),
        provenance: Some(Provenance { class: ProvenanceClass::VendorExport, vendor: None, captured: None }),
    })
}

/// Rows the airline can count: five segments, one in a better cabin.
pub const FLIGHTS: &[&[(&str, &str)]] = &[
    &[("departureTime", "2026-01-04"), ("flightNumber", "FJ 1"), ("provider", CANARY), ("cabinClass", "Economy")],
    &[("departureTime", "2026-01-09"), ("flightNumber", "FJ 2"), ("provider", CANARY), ("cabinClass", "Business")],
    &[("departureTime", "2026-03-14"), ("flightNumber", "FJ 3"), ("provider", CANARY), ("cabinClass", "Economy")],
    &[("departureTime", "2026-03-19"), ("flightNumber", "FJ 4"), ("provider", CANARY), ("cabinClass", "Economy")],
    &[("departureTime", "2026-06-01"), ("flightNumber", "FJ 5"), ("provider", CANARY), ("cabinClass", "Economy")],
];
