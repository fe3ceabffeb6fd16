//! The disk: keys, encrypted SQLite, originals, search, audit
