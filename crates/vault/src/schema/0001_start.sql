-- The first form of a vault. Numbers of kinds, properties and states are those of crates/model; see docs/storage.md.

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Imports and what they brought ------------------------------------------------------------------------------------

CREATE TABLE vendor (
  id   INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE account (
  id     INTEGER PRIMARY KEY,
  vendor INTEGER NOT NULL REFERENCES vendor,
  name   TEXT NOT NULL,
  UNIQUE (vendor, name)
) STRICT;

-- What most records of one file have in common, written once.
CREATE TABLE shape (
  id      INTEGER PRIMARY KEY,
  vendor  INTEGER NOT NULL REFERENCES vendor,
  account INTEGER NOT NULL REFERENCES account,
  kind    INTEGER NOT NULL,
  status  INTEGER NOT NULL,
  unit    TEXT NOT NULL,      -- '' for no amount
  scale   INTEGER NOT NULL,   -- digits after the decimal mark
  form    INTEGER NOT NULL,   -- precision and offset of the moment; -1 for none
  UNIQUE (vendor, account, kind, status, unit, scale, form)
) STRICT;

CREATE TABLE original (
  id     INTEGER PRIMARY KEY,
  blob   TEXT NOT NULL UNIQUE,   -- name of the sealed file in blobs/
  hash   BLOB NOT NULL UNIQUE,   -- BLAKE3 of the plain bytes
  bytes  INTEGER NOT NULL,
  sealed INTEGER NOT NULL
) STRICT;

CREATE TABLE import (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  vendor         INTEGER NOT NULL REFERENCES vendor,
  export         TEXT NOT NULL,
  file_name      TEXT NOT NULL,
  original       INTEGER NOT NULL REFERENCES original,
  at             INTEGER NOT NULL,
  new            INTEGER NOT NULL,
  already_here   INTEGER NOT NULL,
  changed        INTEGER NOT NULL,
  similar        INTEGER NOT NULL,
  not_understood INTEGER NOT NULL,
  diagnostics    TEXT NOT NULL,
  note           TEXT NOT NULL    -- of the room above: how to read the original again, its totals
) STRICT;

-- Up to 256 records in the order in which they came. The prints stand first, so that they are read without the bodies.
CREATE TABLE block (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  import   INTEGER NOT NULL,
  count    INTEGER NOT NULL,
  prints   BLOB NOT NULL,   -- 12 bytes of each record's row print
  contents BLOB NOT NULL,   -- 8 bytes of each record's content print
  ids      BLOB NOT NULL,   -- record number of each, at the time of writing
  body     BLOB NOT NULL    -- texts, fields, locators: compressed
) STRICT;
CREATE INDEX block_of_import ON block (import);

-- One narrow row per record. The number grows with the day.
CREATE TABLE record (
  id    INTEGER PRIMARY KEY,
  shape INTEGER NOT NULL,
  units INTEGER NOT NULL,   -- amount in units of 10^-scale; 0 for none
  clock INTEGER NOT NULL,   -- seconds since the start of the number's day
  place INTEGER NOT NULL    -- block * 256 + index in it
) STRICT;

CREATE TABLE earlier_version (
  id          INTEGER PRIMARY KEY,
  record      INTEGER NOT NULL,   -- number of the record today
  replaced_by INTEGER NOT NULL,   -- import
  was         INTEGER NOT NULL,   -- number the record had
  shape       INTEGER NOT NULL,
  units       INTEGER NOT NULL,
  clock       INTEGER NOT NULL,
  place       INTEGER NOT NULL
) STRICT;
CREATE INDEX earlier_version_of_record ON earlier_version (record);
CREATE INDEX earlier_version_was ON earlier_version (was);
CREATE INDEX earlier_version_place ON earlier_version (place);

-- Rows of an import that were already here, so that an undo of the older import can hand them over.
CREATE TABLE sighting (
  import INTEGER NOT NULL,
  chunk  INTEGER NOT NULL,
  body   BLOB NOT NULL,
  PRIMARY KEY (import, chunk)
) STRICT;

CREATE TABLE similar (
  record     INTEGER PRIMARY KEY,
  other      INTEGER NOT NULL,
  import     INTEGER NOT NULL,
  decision   INTEGER NOT NULL DEFAULT 0,   -- 0 open, 1 two things, 2 same thing
  decided_at INTEGER
) STRICT;
CREATE INDEX similar_other ON similar (other);
CREATE INDEX similar_open ON similar (record) WHERE decision = 0;

-- Records that a person has called the same thing as another one.
CREATE TABLE set_aside (
  record INTEGER PRIMARY KEY,
  shape  INTEGER NOT NULL,
  units  INTEGER NOT NULL,
  clock  INTEGER NOT NULL,
  place  INTEGER NOT NULL
) STRICT;

CREATE TABLE quarantine (
  id     INTEGER PRIMARY KEY,
  import INTEGER NOT NULL,
  entry  INTEGER NOT NULL,
  row    INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  reason TEXT NOT NULL,
  raw    TEXT NOT NULL
) STRICT;
CREATE INDEX quarantine_of_import ON quarantine (import);

-- Sums that no screen should have to add up.
CREATE TABLE month (
  vendor   INTEGER NOT NULL,
  month    INTEGER NOT NULL,   -- year * 12 + month - 1; -1 for none
  kind     INTEGER NOT NULL,
  unit     TEXT NOT NULL,
  records  INTEGER NOT NULL,
  incoming TEXT NOT NULL,      -- exact decimals of what counts
  outgoing TEXT NOT NULL,
  PRIMARY KEY (vendor, month, kind, unit)
) STRICT, WITHOUT ROWID;

-- What the search index has to follow.
CREATE TABLE change (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  what   INTEGER NOT NULL,   -- 1 import, 2 undo, 3 decision
  import INTEGER NOT NULL
) STRICT;

-- Sharing: texts of the rooms above, kept as they came -------------------------------------------------------------

CREATE TABLE partner (
  origin     TEXT PRIMARY KEY,
  added_at   INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  body       TEXT NOT NULL
) STRICT;

CREATE TABLE grant_ (
  id         TEXT PRIMARY KEY,
  partner    TEXT NOT NULL,
  state      TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  body       TEXT NOT NULL
) STRICT;
CREATE INDEX grant_of_partner ON grant_ (partner);

-- Every act, chained ----------------------------------------------------------------------------------------------

CREATE TABLE audit (
  seq   INTEGER PRIMARY KEY,
  entry TEXT NOT NULL,   -- canonical JSON
  hash  BLOB NOT NULL,
  mac   BLOB NOT NULL
) STRICT;
