//! Compiles the amalgamation of the pinned `sqlite3mc-src` with the ciphers we do not use left out.

/// The same features as a bundled build of `libsqlite3-sys`, less what no room uses (extensions from disk, old full text, R-tree).
const DEFINES: &[(&str, Option<&str>)] = &[
    ("SQLITE_CORE", None),
    ("SQLITE_DEFAULT_FOREIGN_KEYS", Some("1")),
    ("SQLITE_ENABLE_API_ARMOR", None),
    ("SQLITE_ENABLE_COLUMN_METADATA", None),
    ("SQLITE_ENABLE_DBSTAT_VTAB", None),
    ("SQLITE_ENABLE_FTS5", None),
    ("SQLITE_ENABLE_STAT4", None),
    ("SQLITE_OMIT_LOAD_EXTENSION", None),
    ("SQLITE_OMIT_DEPRECATED", None),
    ("SQLITE_OMIT_SHARED_CACHE", None),
    ("SQLITE_DQS", Some("0")),
    ("SQLITE_DEFAULT_MEMSTATUS", Some("0")),
    ("SQLITE_LIKE_DOESNT_MATCH_BLOBS", None),
    // Temporary tables and sorters would otherwise be written to disk in clear text.
    ("SQLITE_TEMP_STORE", Some("2")),
    ("SQLITE_THREADSAFE", Some("1")),
    ("SQLITE_USE_URI", Some("0")),
    ("HAVE_USLEEP", Some("1")),
    ("HAVE_ISNAN", None),
    ("_POSIX_THREAD_SAFE_FUNCTIONS", None),
    ("CODEC_TYPE", Some("CODEC_TYPE_CHACHA20")),
    ("HAVE_CIPHER_AES_128_CBC", Some("0")),
    ("HAVE_CIPHER_AES_256_CBC", Some("0")),
    ("HAVE_CIPHER_SQLCIPHER", Some("0")),
    ("HAVE_CIPHER_RC4", Some("0")),
    ("HAVE_CIPHER_ASCON128", Some("0")),
    ("HAVE_CIPHER_AEGIS", Some("0")),
];

fn main() {
    let dir = sqlite3mc_src::source_dir();
    let mut build = cc::Build::new();
    build.file(dir.join(sqlite3mc_src::SOURCE_FILE)).include(dir).warnings(false);
    for (name, value) in DEFINES {
        build.define(name, *value);
    }
    // An unoptimised SQLite and cipher make every test of real size unbearable.
    if std::env::var("OPT_LEVEL").as_deref() == Ok("0") {
        build.opt_level(2);
    }
    build.compile("sqlite3mc");
    println!("cargo:rerun-if-changed=build.rs");
}
