/// A partner the person has added.
#[derive(Clone, PartialEq, Eq)]
pub struct Partner {
    /// `https://host`, the partner's name in the vault.
    pub origin: String,
    /// Milliseconds since 1970 UTC.
    pub added_at: i64,
    pub changed_at: i64,
    /// What `sharing` keeps of it, the secret of the relationship included. Opaque here.
    pub body: String,
}

/// A share and every signed message about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    pub id: String,
    pub partner: String,
    /// As `sharing` names it.
    pub state: String,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// What `sharing` keeps of it. Opaque here.
    pub body: String,
}

// The bodies hold secrets and must not reach a log.
impl std::fmt::Debug for Partner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Partner({}, redacted)", self.origin)
    }
}

impl std::fmt::Debug for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grant({}, {}, redacted)", self.id, self.state)
    }
}
