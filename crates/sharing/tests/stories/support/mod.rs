pub mod partner;
pub mod records;
pub mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use holdall_model::Clock;
use holdall_sharing::{
    Choice, Client, Exchanged, Partner, Patience, Policy, Preview, PreviewBuilder, Share, SharingError, SystemEntropy, exchange,
};

pub use partner::{Behaviour, TestPartner};
pub use records::flights;

/// 21 November 2026, noon UTC.
pub const NOON: i64 = 1_795_262_400;
pub const DAY: i64 = 86_400;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn at(now: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now)))
    }

    pub fn move_to(&self, now: i64) {
        self.0.store(now, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst) * 1000
    }
}

pub fn client(clock: &Arc<TestClock>) -> Client {
    let patience = Patience { connect: Duration::from_millis(500), whole: Duration::from_millis(1500) };
    Client::with_patience(Policy { development: true }, clock.clone(), patience).expect("a client")
}

/// A partner that was met, with everything a story needs.
pub struct Met {
    pub server: Arc<TestPartner>,
    pub clock: Arc<TestClock>,
    pub client: Client,
    pub partner: Partner,
}

pub async fn meet(behaviour: Behaviour) -> Met {
    let clock = TestClock::at(NOON);
    let server = TestPartner::start(behaviour, clock.clone()).await;
    let client = client(&clock);
    let found = client.discover(&server.origin()).await.expect("the descriptor is in order");
    let partner = Partner::first(&found, &SystemEntropy).expect("random bytes");
    Met { server, clock, client, partner }
}

pub fn preview(met: &Met, choice: &Choice) -> Preview {
    let now = met.clock.now();
    let mut builder = PreviewBuilder::new(&met.partner, "status-match", choice, &[], now, &SystemEntropy).expect("offered");
    for (id, record) in flights() {
        builder.push(id, &record, "sky-air");
    }
    builder.finish(&SystemEntropy).expect("builds")
}

pub fn confirm(met: &Met) -> Share {
    let preview = preview(met, &Choice::default());
    assert_eq!(preview.problems(), &[] as &[String]);
    preview.confirm(preview.sha256(), &met.partner, met.clock.now(), &SystemEntropy).expect("confirmed")
}

impl Met {
    /// One exchange, through the form a share is stored in each time, as the app does it.
    pub async fn exchange(&self, share: &mut Share) -> Exchanged {
        let mut kept = Vec::new();
        let done = exchange::<SharingError>(&self.client, share, &self.partner, true, &SystemEntropy, |share| {
            kept = share.to_json()?;
            Ok(())
        })
        .await
        .expect("the exchange itself works");
        if !kept.is_empty() {
            *share = Share::from_json(&kept).expect("reads what it wrote");
        }
        done
    }

    pub fn revoke(&self, share: &mut Share) {
        share.revoke(&self.partner, self.clock.now(), &SystemEntropy).expect("can be revoked");
    }
}
