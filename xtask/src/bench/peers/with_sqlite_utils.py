"""What a careful person types: `sqlite-utils insert` with a key, so that rows that are there already stay out, and `sqlite-utils enable-fts`, so that
words can be searched.

python with_sqlite_utils.py KIND EXPORT STORE
"""
import sys

from sqlite_utils import Database
from sqlite_utils.cli import cli

KEYS = {
    "bank": ["Transaction ID"],
    "unknown": ["Reference"],
    "amazon": ["Order ID", "ASIN"],
    "spotify": ["ts", "spotify_track_uri"],
    "google": ["time", "titleUrl"],
}
WORDS = {
    "bank": ["Description"],
    "unknown": ["Description"],
    "amazon": ["Product Name"],
    "spotify": ["master_metadata_track_name", "master_metadata_album_artist_name"],
    "google": ["title"],
}


def main(kind, export, store):
    key = [word for column in KEYS[kind] for word in ("--pk", column)]
    form = ["--csv"] if export.endswith(".csv") else []
    cli(["insert", store, "kept", export, *form, *key, "--ignore", "--silent"], standalone_mode=False)
    cli(["enable-fts", store, "kept", *WORDS[kind]], standalone_mode=False)
    print(Database(store)["kept"].count)


main(*sys.argv[1:])
