-- The search index: derived from vault.db, and built again whenever it is missing or does not fit.

CREATE TABLE mark (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- No copy of the text, no positions, no lengths: which record has which word, newest first, is all a search needs.
CREATE VIRTUAL TABLE word USING fts5 (
  text,
  content = '',
  columnsize = 0,
  detail = none,
  tokenize = "unicode61 remove_diacritics 2"
);

-- Pages keep 32 bytes for the cipher, so a piece of the index must not fill a page of 8192.
INSERT INTO word (word, rank) VALUES ('pgsz', 8000);
-- Bytes that gather in memory before a piece is written, and how many pieces gather before they are merged.
INSERT INTO word (word, rank) VALUES ('hashsize', 8388608);
INSERT INTO word (word, rank) VALUES ('automerge', 16);

-- The words themselves, to find how an unfinished one may go on.
CREATE VIRTUAL TABLE known_word USING fts5vocab (word, instance);
