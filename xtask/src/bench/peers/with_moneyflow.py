"""Imports a folder of orders as `moneyflow amazon import` does. It keeps eight of the columns, leaves cancelled orders out, and has no index of words.

python with_moneyflow.py KIND EXPORT STORE
"""
import sqlite3
import sys
from pathlib import Path

from moneyflow.backends.amazon import AmazonBackend
from moneyflow.importers.amazon_orders_csv import import_amazon_orders


def main(_kind, export, store):
    backend = AmazonBackend(db_path=store, config_dir=str(Path(store).parent))
    import_amazon_orders(str(Path(export).parent), backend=backend)
    print(sqlite3.connect(store).execute("SELECT count(*) FROM transactions").fetchone()[0])


main(*sys.argv[1:])
