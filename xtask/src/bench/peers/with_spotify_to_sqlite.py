"""Converts an archive as `spotify-to-sqlite convert` does: a table for each file in it. Of this kind of history it leaves no row out that is there
already, and it has no index of words.

python with_spotify_to_sqlite.py KIND EXPORT STORE
"""
import sys
from pathlib import Path

from spotify_to_sqlite.utils import convert_export
from sqlite_utils import Database


def main(_kind, export, store):
    convert_export(Path(export), Path(store))
    print(sum(table.count for table in Database(store).tables))


main(*sys.argv[1:])
