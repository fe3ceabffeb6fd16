//! SQLite3 Multiple Ciphers, compiled from the untouched amalgamation and linked into whoever references this crate.
//!
//! Nothing else may live here. `rusqlite` takes its symbols from this library (its `in_gecko` feature links none of its
//! own), so a crate that uses it must write `use holdall_sqlite3mc as _;`, or the linker finds no SQLite at all.
