use redb::TableDefinition;

/// Grant id → `GrantRow`.
pub const GRANTS: TableDefinition<u128, &[u8]> = TableDefinition::new("grants");
/// Grant id, kind, number → compact JWE to the grant's key.
pub const SEALED: TableDefinition<(u128, u8, u64), &str> = TableDefinition::new("sealed");
/// Grant id, number → `MessageRow`.
pub const MESSAGES: TableDefinition<(u128, u64), &[u8]> = TableDefinition::new("messages");
/// Kind and id of a request → `StoredAnswer`.
pub const ANSWERS: TableDefinition<(u8, u128), &[u8]> = TableDefinition::new("answers");
/// Offer id → grant id.
pub const OFFERS_USED: TableDefinition<u128, u128> = TableDefinition::new("offers_used");
/// Number → `UsageRow`.
pub const USAGE: TableDefinition<u64, &[u8]> = TableDefinition::new("usage");
