//! A partner out of protocol messages alone. Keeps what it got, so that stories can look at it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use holdall_model::Clock;
use holdall_protocol::jose::{Place, open};
use holdall_protocol::key::{OpeningKey, SigningKey};
use holdall_protocol::message::*;
use holdall_protocol::payload::{Parsed, parse};
use holdall_protocol::rules::{grant_within_descriptor, payload_within_grant};
use holdall_protocol::{Code, Digest, Period, Problem, Signed, SystemEntropy, Uuid, fresh_id, names, rfc3339};

use super::TestClock;
use super::server::{Request, Response, bind, serve};

/// How this partner departs from the protocol.
#[derive(Clone, Default)]
pub struct Behaviour {
    /// Changes a receipt before it is signed.
    pub receipt: Option<fn(&mut Receipt)>,
    pub ack: Option<fn(&mut RevocationAck)>,
    pub notice: Option<fn(&mut Notice)>,
    pub deletion: Option<fn(&mut DeletionReceipt)>,
    pub descriptor: Option<fn(&mut Descriptor)>,
    /// Signs its answers with a key nobody knows.
    pub other_key: bool,
    /// Answers 200 and nothing signed.
    pub unsigned: bool,
    /// Acks a revocation at once, and erases only when asked again.
    pub erase_later: bool,
    /// Refuses everything sent to its API.
    pub refuse: Option<Code>,
}

pub struct TestPartner {
    origin: String,
    pub signing: SigningKey,
    pub opening: OpeningKey,
    clock: Arc<TestClock>,
    pub behaviour: Mutex<Behaviour>,
    descriptor: Mutex<String>,
    held: Mutex<BTreeMap<Uuid, Held>>,
    /// Every request with its body, oldest first.
    pub requests: Mutex<Vec<(String, String)>>,
    /// Heads of all requests.
    pub heads: Mutex<Vec<String>>,
}

struct Held {
    grant: Signed<Grant>,
    manifest: Signed<Manifest>,
    parcels: Vec<(Vec<u8>, Parsed)>,
    receipt: String,
    revocation: Option<Signed<Revocation>>,
    pending: Vec<String>,
}

fn words(text: &str) -> LocalText {
    LocalText::from([("en".to_owned(), text.to_owned())])
}

impl TestPartner {
    pub async fn start(behaviour: Behaviour, clock: Arc<TestClock>) -> Arc<Self> {
        let (listener, origin) = bind().await;
        let partner = Arc::new(Self {
            origin,
            signing: SigningKey::generate(&SystemEntropy).expect("random bytes"),
            opening: OpeningKey::generate(&SystemEntropy).expect("random bytes"),
            clock,
            behaviour: Mutex::new(behaviour),
            descriptor: Mutex::new(String::new()),
            held: Mutex::default(),
            requests: Mutex::default(),
            heads: Mutex::default(),
        });
        let descriptor = Signed::sign(partner.describe(), &partner.signing).expect("signs");
        partner.publish(descriptor.token());
        let handler = partner.clone();
        serve(listener, Arc::new(move |request| handler.handle(request)));
        partner
    }

    pub fn origin(&self) -> String {
        self.origin.clone()
    }

    pub fn publish(&self, token: &str) {
        *self.descriptor.lock().expect("not poisoned") = token.to_owned();
    }

    fn now(&self) -> i64 {
        self.clock.now()
    }

    pub fn describe(&self) -> Descriptor {
        let now = self.now();
        let mut descriptor = Descriptor {
            dgp: Version,
            iss: self.origin.clone(),
            sub: self.origin.clone(),
            jti: fresh_id(&SystemEntropy).expect("random bytes"),
            iat: now,
            exp: now + 20 * 86_400,
            seq: 1,
            prev: None,
            level: 1,
            versions: vec![names::VERSION.into()],
            suites: vec![names::SUITE.into()],
            api: format!("{}/dgp/v1", self.origin),
            entity: entity(),
            keys: vec![PublishedKey::signing(&self.signing.verifying_key()), PublishedKey::sealing(&self.opening.sealing_key())],
            key_transitions: Vec::new(),
            recipients: vec![Recipient {
                id: "mailer".into(),
                name: "Mailer Ltd".into(),
                role: names::dpv::DATA_PROCESSOR.into(),
                country: "IE".into(),
                why: words("Sends the letter with your new card."),
            }],
            purposes: vec![status_match()],
            terms: None,
            commitments: Commitments {
                revocation_stop: Period::parse("PT24H").expect("a period"),
                erasure: Period::days(14),
                backups: None,
                usage_report: None,
                breach_notice: None,
                onward_erasure: None,
            },
            fallback: None,
            webform: None,
        };
        if let Some(change) = self.behaviour.lock().expect("not poisoned").descriptor {
            change(&mut descriptor);
        }
        descriptor
    }

    fn handle(&self, request: Request) -> Response {
        self.heads.lock().expect("not poisoned").push(request.head.clone());
        if request.path == names::WELL_KNOWN_PATH {
            return Response::Text(names::media::DESCRIPTOR, self.descriptor.lock().expect("not poisoned").clone());
        }
        let body = String::from_utf8(request.body).expect("JSON is UTF-8");
        self.requests.lock().expect("not poisoned").push((request.path.clone(), body.clone()));
        let behaviour = self.behaviour.lock().expect("not poisoned").clone();
        if let Some(code) = behaviour.refuse {
            return Response::Json(code.status(), serde_json::to_string(&Problem::new(code)).expect("serialises"));
        }
        let messages = match request.path.rsplit('/').next() {
            Some("grants") => self.take_grant(&body, &behaviour),
            Some("revocation") => self.take_revocation(&body, &behaviour),
            _ => self.take_sync(&body),
        };
        let answer = Answer { messages: if behaviour.unsigned { Vec::new() } else { messages }, ..Answer::default() };
        Response::Json(200, serde_json::to_string(&answer).expect("serialises"))
    }

    fn sign<M: holdall_protocol::Message>(&self, claims: M, behaviour: &Behaviour) -> String {
        let stranger = SigningKey::from_seed(&[9; 32]);
        let key = if behaviour.other_key { &stranger } else { &self.signing };
        Signed::sign(claims, key).expect("signs").token().to_owned()
    }

    fn take_grant(&self, body: &str, behaviour: &Behaviour) -> Vec<String> {
        let submission: GrantSubmission = serde_json::from_str(body).expect("a submission");
        let grant = Signed::<Grant>::verify_by_own_key(&submission.grant).expect("signed");
        let mut held = self.held.lock().expect("not poisoned");
        if let Some(known) = held.get(&grant.claims().jti) {
            assert_eq!(known.grant.token(), grant.token(), "one id, one grant");
            return vec![known.receipt.clone()];
        }
        let token = self.descriptor.lock().expect("not poisoned").clone();
        let descriptor = Signed::<Descriptor>::verify(&token, &[self.signing.verifying_key()]).expect("own descriptor");
        grant_within_descriptor(&grant, descriptor.claims(), descriptor.digest()).expect("within the descriptor");
        let keys = [grant.signer().clone()];
        let manifest = Signed::<Manifest>::verify(submission.manifest.as_deref().expect("a manifest"), &keys).expect("signed");
        let mut parcels = Vec::new();
        for (entry, jwe) in manifest.claims().parcels.iter().zip(&submission.parcels) {
            assert_eq!(Digest::of(jwe.as_bytes()), entry.jwe_sha256);
            let place = Place { grant: grant.claims().jti, seq: manifest.claims().seq, n: entry.n };
            let plain = open(jwe, &place, &self.opening).expect("opens").to_vec();
            assert_eq!(Digest::of(&plain), entry.commit);
            let parsed = parse(&plain).expect("a payload");
            payload_within_grant(&parsed, grant.claims(), &place, 0).expect("within the grant");
            parcels.push((plain, parsed));
        }
        let mut receipt = self.receipt(&grant, &manifest);
        if let Some(change) = behaviour.receipt {
            change(&mut receipt);
        }
        let receipt = self.sign(receipt, behaviour);
        let mut notice = self.benefit(grant.claims());
        if let Some(change) = behaviour.notice {
            change(&mut notice);
        }
        let pending = vec![self.sign(notice, behaviour)];
        held.insert(grant.claims().jti, Held { grant, manifest, parcels, receipt: receipt.clone(), revocation: None, pending });
        vec![receipt]
    }

    fn take_revocation(&self, body: &str, behaviour: &Behaviour) -> Vec<String> {
        let submission: RevocationSubmission = serde_json::from_str(body).expect("a submission");
        let mut all = self.held.lock().expect("not poisoned");
        let found = all.values_mut().find_map(|h| Some((Signed::verify(&submission.revocation, &[h.grant.signer().clone()]).ok()?, h)));
        let Some((revocation, held)): Option<(Signed<Revocation>, _)> = found else { return Vec::new() };
        let (now, g) = (self.now(), held.grant.claims().clone());
        let mut ack = RevocationAck {
            dgp: Version,
            iss: self.origin.clone(),
            aud: g.iss.clone(),
            jti: fresh_id(&SystemEntropy).expect("random bytes"),
            iat: now,
            grant: g.jti,
            revocation_sha256: revocation.digest(),
            stopped_at: now,
            erase_by: revocation.claims().erase_by,
            recipients: Vec::new(),
        };
        if let Some(change) = behaviour.ack {
            change(&mut ack);
        }
        let ack = self.sign(ack, behaviour);
        let mut deletion = self.deletion(held, Trigger { kind: TriggerKind::Revocation, sha256: revocation.digest() });
        if let Some(change) = behaviour.deletion {
            change(&mut deletion);
        }
        let deletion = self.sign(deletion, behaviour);
        held.revocation = Some(revocation);
        held.parcels.clear();
        if behaviour.erase_later {
            held.pending.push(deletion);
            return vec![ack];
        }
        vec![ack, deletion]
    }

    fn take_sync(&self, body: &str) -> Vec<String> {
        let submission: SyncSubmission = serde_json::from_str(body).expect("a submission");
        let mut all = self.held.lock().expect("not poisoned");
        let found = all.values_mut().find(|h| Signed::<Sync>::verify(&submission.sync, &[h.grant.signer().clone()]).is_ok());
        found.map(|h| std::mem::take(&mut h.pending)).unwrap_or_default()
    }

    /// The grant's time is up: erases unasked, and has a statement of it ready.
    pub fn lapse(&self, grant: Uuid) {
        let behaviour = self.behaviour.lock().expect("not poisoned").clone();
        let mut all = self.held.lock().expect("not poisoned");
        let held = all.get_mut(&grant).expect("held");
        let trigger = Trigger { kind: TriggerKind::Expiry, sha256: held.grant.digest() };
        let statement = self.sign(self.deletion(held, trigger), &behaviour);
        held.parcels.clear();
        held.pending.push(statement);
    }

    /// Plaintext of every parcel of a grant, as this partner decrypted it.
    pub fn opened(&self, grant: Uuid) -> Vec<(Vec<u8>, Parsed)> {
        self.held.lock().expect("not poisoned").get(&grant).map(|h| h.parcels.clone()).unwrap_or_default()
    }

    pub fn commits(&self, grant: Uuid) -> Vec<Digest> {
        self.held.lock().expect("not poisoned")[&grant].manifest.claims().parcels.iter().map(|p| p.commit).collect()
    }

    pub fn issuer(&self, grant: Uuid) -> String {
        self.held.lock().expect("not poisoned")[&grant].grant.claims().iss.clone()
    }

    pub fn change(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().expect("not poisoned"));
    }

    fn receipt(&self, grant: &Signed<Grant>, manifest: &Signed<Manifest>) -> Receipt {
        let (g, now) = (grant.claims(), self.now());
        let id = fresh_id(&SystemEntropy).expect("random bytes");
        Receipt {
            dgp: Version,
            iss: self.origin.clone(),
            aud: g.iss.clone(),
            jti: id,
            iat: now,
            kind: ReceiptKind::Grant,
            grant: g.jti,
            grant_sha256: grant.digest(),
            manifest_sha256: Some(manifest.digest()),
            parcels: manifest
                .claims()
                .parcels
                .iter()
                .map(|p| ParcelReceipt { n: p.n, commit: p.commit, rows: p.rows, accepted: p.rows, rejected: Vec::new() })
                .collect(),
            state: ReceiptState::Active,
            delete_by: g.delete_limit(),
            storage_locations: g.storage_locations.clone(),
            recipients: g.recipients.clone(),
            iso27560: consent_record(g, now, id),
        }
    }

    fn deletion(&self, held: &Held, trigger: Trigger) -> DeletionReceipt {
        let now = self.now();
        DeletionReceipt {
            dgp: Version,
            iss: self.origin.clone(),
            aud: held.grant.claims().iss.clone(),
            jti: fresh_id(&SystemEntropy).expect("random bytes"),
            iat: now,
            grant: held.grant.claims().jti,
            trigger,
            covers: vec![Covered {
                manifest_sha256: held.manifest.digest(),
                commits: held.manifest.claims().parcels.iter().map(|p| p.commit).collect(),
                rows: held.manifest.claims().total_rows,
            }],
            stores: vec![StoreErasure {
                store: "primary".into(),
                method: "delete".into(),
                at: Some(now),
                key_destroyed_at: None,
                gone_by: None,
            }],
            derived: Vec::new(),
            recipients: vec![RecipientErasure { id: "mailer".into(), notified_at: Some(now), status: "confirmed".into(), receipt: None }],
            retained: Vec::new(),
            responsible: "dpo@air.example".into(),
            is_final: true,
        }
    }

    fn benefit(&self, grant: &Grant) -> Notice {
        Notice {
            dgp: Version,
            iss: self.origin.clone(),
            aud: grant.iss.clone(),
            jti: fresh_id(&SystemEntropy).expect("random bytes"),
            iat: self.now(),
            grant: grant.jti,
            kind: NoticeKind::Benefit,
            title: words("Status\u{202e} matched"),
            text: words("You are Gold for three months."),
            benefit: Some(ReceivedBenefit {
                purpose: "status-match".into(),
                what: "status_match".into(),
                code: Some("GOLD-2027".into()),
                value: Some(Benefit { amount: "120.00".into(), currency: "EUR".into() }),
                valid_until: None,
                details: BTreeMap::from([("flown_segments".to_owned(), "3".to_owned())]),
            }),
        }
    }
}

fn entity() -> Entity {
    Entity {
        legal_name: "Blue Wings AG".into(),
        trade_names: vec!["Blue Wings".into()],
        address: "Flughafenring 1, 60549 Frankfurt".into(),
        country: "DE".into(),
        registry: None,
        controller_contact: "privacy@wings.example".into(),
        dpo: None,
        eu_rep: None,
        authority: None,
        web: None,
        privacy_policy: "https://wings.example/privacy".into(),
        logo: None,
    }
}

pub fn field(name: &str, need: Need, precision: Option<&str>) -> FieldRequest {
    FieldRequest { f: name.into(), need, why: words("We compare it with our own table."), max_precision: precision.map(Into::into) }
}

pub fn status_match() -> Purpose {
    Purpose {
        id: "status-match".into(),
        dpv: vec!["https://w3id.org/dpv#ProvidePersonalisedRecommendations".into()],
        title: words("Status match"),
        why: words("We look at the flights you really took and give you the same status."),
        gives_back: GivesBack { kind: vec!["status".into()], value: None, text: words("Gold status for three months.") },
        legal_basis: names::dpv::CONSENT.into(),
        automated_decision: true,
        profiling: false,
        ai_training: false,
        strands: vec![StrandRequest {
            strand: "flights".into(),
            pd: vec!["https://w3id.org/dpv/pd#TravelHistory".into()],
            necessity: Need::Required,
            fields: vec![
                field("departureTime", Need::Required, Some("month")),
                field("departureAirport", Need::Required, None),
                field("arrivalAirport", Need::Required, None),
                field("cabinClass", Need::Optional, None),
                field("passengerName", Need::Optional, None),
            ],
            lookback: Period::parse("P1Y"),
            max_records: Some(200),
        }],
        modes: vec![AccessMode::SingleUse],
        min_interval: None,
        retention: RetentionRule { max_duration: Period::days(90), on_expiry: "delete".into() },
        storage_locations: vec!["DE".into()],
        recipients: vec!["mailer".into()],
        withhold_consequence: words("None. You can still earn status with us."),
    }
}

fn consent_record(grant: &Grant, now: i64, id: Uuid) -> ConsentRecord {
    let fields = grant.strands.iter().flat_map(|s| s.fields.clone()).collect();
    ConsentRecord {
        schema_version: names::CONSENT_RECORD_VERSION.into(),
        record_id: grant.jti.to_string(),
        receipt_id: id.to_string(),
        pii_principal_id: grant.iss.clone(),
        processing: vec![ConsentProcessing {
            privacy_notice: "https://wings.example/privacy".into(),
            language: "en".into(),
            purpose: "status-match".into(),
            purpose_type: "dpv:ProvidePersonalisedRecommendations".into(),
            lawful_basis: names::dpv::LAWFUL_CONSENT.into(),
            pii_information: vec![PersonalInformation {
                pii_type: "https://w3id.org/dpv/pd#TravelHistory".into(),
                pii_attribute_id: fields,
                pii_optional: false,
                special_pii_category: false,
            }],
            pii_controllers: vec!["p0".into()],
            storage_locations: grant.storage_locations.clone(),
            retention_period: grant.retention.max_duration.clone(),
            jurisdiction: grant.legal.jurisdiction.clone(),
            recipient_third_parties: grant.recipients.clone(),
            withdrawal_method: "In the app, or by e-mail.".into(),
            privacy_rights: "https://wings.example/privacy".into(),
        }],
        parties: vec![ConsentParty {
            party_id: "p0".into(),
            party_name: "Blue Wings AG".into(),
            party_address: "Flughafenring 1, 60549 Frankfurt".into(),
            party_contact: "privacy@wings.example".into(),
            party_role: names::dpv::DATA_CONTROLLER.into(),
            party_type: names::dpv::RECIPIENT.into(),
        }],
        events: vec![ConsentEvent {
            event_time: rfc3339(now),
            validity_duration: grant.retention.max_duration.clone(),
            entity_id: grant.iss.clone(),
            event_type: names::dpv::EXPLICIT_CONSENT.into(),
            event_state: names::dpv::CONSENT_GIVEN.into(),
        }],
    }
}
