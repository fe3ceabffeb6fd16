use zeroize::Zeroizing;

/// A partner the person has added. Every text the partner signed is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// `https://host`, the partner's name in the vault.
    pub origin: String,
    /// The signed descriptor, exactly as received.
    pub descriptor_jws: String,
    /// Thumbprint of the key that was accepted first.
    pub key_pin: String,
    /// Sequence number of the descriptor: a lower one is never accepted.
    pub sequence: i64,
    /// Milliseconds since 1970 UTC.
    pub added_at: i64,
    pub changed_at: i64,
    /// What the rooms above want to show; opaque here.
    pub view: String,
}

/// A grant in one of the states that `sharing` defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub id: String,
    pub partner: String,
    pub state: String,
    pub purpose: String,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    /// Opaque JSON of the rooms above.
    pub view: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Sent,
    Received,
}

/// A signed message of a grant, kept byte for byte. Messages are only ever added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Given by the vault, growing; 0 for a message that is not stored yet.
    pub number: i64,
    pub grant: String,
    pub direction: Direction,
    /// The `typ` of its header.
    pub typ: String,
    pub jws: String,
    /// SHA-256 of the bytes of `jws`.
    pub sha256: [u8; 32],
    /// Milliseconds since 1970 UTC.
    pub at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxState {
    /// To be tried from `next_at` on.
    Waiting,
    /// The partner has it.
    Done,
    /// The partner refused it for good, or the person gave it up.
    Failed,
}

/// Something to be sent, kept until it arrived. It survives a crash and an offline week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// Chosen by the caller; also the idempotency key on the wire.
    pub id: String,
    pub grant: String,
    /// HTTP method.
    pub operation: String,
    /// Path below the partner's origin.
    pub path: String,
    pub body: Vec<u8>,
    pub attempts: u32,
    /// Milliseconds since 1970 UTC.
    pub next_at: i64,
    pub state: OutboxState,
    /// Stable code of the last failure; empty if there was none.
    pub last_error: String,
}

/// A secret of one relationship: random, kept nowhere but inside the encrypted database.
#[derive(Clone)]
pub struct RelationshipKey {
    pub partner: String,
    /// What it is for, such as `sign` or `agree`.
    pub use_for: String,
    pub secret: Zeroizing<Vec<u8>>,
    pub created_at: i64,
}

impl std::fmt::Debug for RelationshipKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RelationshipKey({} for {}, redacted)", self.use_for, self.partner)
    }
}
