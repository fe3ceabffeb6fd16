//! The disk: keys, encrypted SQLite, originals, search, audit

// For whoever writes this room: the importer's identity of a record is `holdall_model::Identity { row, content, from_vendor_id }`
// (crates/model/src/verdict.rs). Verdict rule: `row` unknown → New (or Similar); `row` known and `content` equal → AlreadyHere;
// `row` known and `content` different → Changed. Twins share `content` but never `row`. The key for these hashes comes from the vault
// (`v1/dedupe`): offer it as `Vault::fingerprint_key()`.
