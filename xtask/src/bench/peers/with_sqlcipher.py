"""What a careful person writes by hand: every cell is kept in an encrypted file, rows that are there already stay out, words can be searched.

python with_sqlcipher.py KIND EXPORT STORE
"""
import csv
import hashlib
import json
import sys
from decimal import Decimal

from sqlcipher3 import dbapi2

TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, sum BLOB UNIQUE, moment TEXT, text TEXT, cents INTEGER, unit TEXT, whole TEXT);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(text, content='kept', content_rowid='id');
"""


def cents(amount):
    return int(Decimal(amount).scaleb(2))


def bank(row):
    return f"{row[1][6:]}-{row[1][3:5]}-{row[1][:2]}T{row[2]}", row[14], cents(row[7]), row[8]


def unknown(row):
    return row[0], row[1], cents(row[2]), row[4]


def amazon(row):
    return row[2], row[23], cents(row[9]), row[4]


def spotify(play):
    return play["ts"], f"{play['master_metadata_track_name']} {play['master_metadata_album_artist_name']}", play["ms_played"], "ms"


def google(activity):
    return activity["time"], activity["title"], None, None


def table(path):
    """Rows of a table, and all their cells as one text."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            yield row, "\x1f".join(row)


def entries(path):
    """Entries of a list, and all their fields as one text."""
    with open(path, encoding="utf-8") as file:
        for entry in json.load(file):
            yield entry, json.dumps(entry, sort_keys=True, ensure_ascii=False)


READERS = {"bank": (table, bank), "unknown": (table, unknown), "amazon": (table, amazon), "spotify": (entries, spotify), "google": (entries, google)}


def main(kind, export, store):
    read, meaning = READERS[kind]
    database = dbapi2.connect(store)
    database.execute("PRAGMA key = 'correct horse battery staple'")
    database.executescript(TABLES)
    (before,) = database.execute("SELECT coalesce(max(id), 0) FROM kept").fetchone()
    rows = ((hashlib.blake2b(whole.encode(), digest_size=16).digest(), *meaning(row), whole) for row, whole in read(export))
    with database:
        database.executemany("INSERT OR IGNORE INTO kept (sum, moment, text, cents, unit, whole) VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.execute("INSERT INTO words (rowid, text) SELECT id, text FROM kept WHERE id > ?", (before,))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(database.execute("SELECT count(*) FROM kept").fetchone()[0])


main(*sys.argv[1:])
