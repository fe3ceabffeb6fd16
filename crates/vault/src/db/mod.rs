//! The engine: SQLite with page encryption, checked before it is trusted (docs/adr/0002-page-encryption.md).

mod copy;
mod dump;
mod engine;
mod migrate;
mod pool;

pub(crate) use copy::{bytes, copy, open_copy};
pub(crate) use dump::{Dump, check_and_dump, check_copy, dump, integrity};
pub(crate) use engine::open_in_memory;
pub(crate) use migrate::{SEARCH, SEARCH_SCHEMA, VAULT, VAULT_SCHEMA, check_schema, migrate, upgrade};
pub(crate) use pool::{Database, Reader, Writer};
