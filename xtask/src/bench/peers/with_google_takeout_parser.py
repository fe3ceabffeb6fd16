"""Reads a folder of Google Takeout with google_takeout_parser, as its own guide does, and counts what it understood. It keeps nothing: that would
come on top.

python with_google_takeout_parser.py KIND EXPORT STORE
"""
import sys
from pathlib import Path

from google_takeout_parser.path_dispatch import TakeoutParser


def main(_kind, export, _store):
    takeout = Path(export).parents[2]
    events = list(TakeoutParser(takeout, error_policy="raise").parse(cache=False))
    print(len(events))


main(*sys.argv[1:])
