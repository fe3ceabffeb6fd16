-- The partner's store. Identifiers are the 16 bytes of a UUID, moments are seconds since 1970, rows are JSON, what is personal is a compact JWE.
CREATE TABLE grants (
    id       BLOB PRIMARY KEY,
    row      TEXT NOT NULL,
    -- How many messages it ever had.
    messages INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE sealed (
    grant_id BLOB NOT NULL REFERENCES grants (id),
    kind     INTEGER NOT NULL,
    n        INTEGER NOT NULL,
    jwe      TEXT NOT NULL,
    PRIMARY KEY (grant_id, kind, n)
) STRICT;

-- Messages waiting to be fetched. Exactly one of `plain` and `sealed_n` is there: the compact form, or the number it lies sealed under.
CREATE TABLE messages (
    grant_id BLOB NOT NULL REFERENCES grants (id),
    n        INTEGER NOT NULL,
    jti      BLOB NOT NULL,
    plain    TEXT,
    sealed_n INTEGER,
    PRIMARY KEY (grant_id, n),
    CHECK ((plain IS NULL) <> (sealed_n IS NULL))
) STRICT;

-- What was answered to which request. No body: it is sealed, or is made anew each time.
CREATE TABLE answers (
    kind      INTEGER NOT NULL,
    id        BLOB NOT NULL,
    request   BLOB NOT NULL,
    body      TEXT,
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE offers_used (
    offer_id BLOB PRIMARY KEY,
    grant_id BLOB NOT NULL REFERENCES grants (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage (
    n        INTEGER PRIMARY KEY,
    grant_id BLOB NOT NULL REFERENCES grants (id),
    row      TEXT NOT NULL
) STRICT;
CREATE INDEX usage_of_grant ON usage (grant_id);

PRAGMA user_version = 1;
