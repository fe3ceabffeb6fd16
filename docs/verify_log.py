#!/usr/bin/env python3
"""Checks a copy of the log (`holdall audit export FILE`) without any of Holdall's code: Python's own library is enough.

    python3 verify_log.py FILE [HASH]

HASH is the one that `holdall audit verify` named when the copy was made. Without it, entries that are missing at the end
cannot be noticed. Ends with 0 if every entry is there and unchanged, and with 1 otherwise.
"""

import hashlib
import json
import sys


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


path, *expected = sys.argv[1:]
head, number = bytes(32), 0
with open(path, encoding="utf-8") as lines:
    for number, line in enumerate(lines, start=1):
        said = json.loads(line)
        entry = said["entry"].encode()
        head = sha256(b"\x01", head, sha256(b"\x00", entry))
        if head.hex() != said["hash"] or json.loads(entry)["seq"] != number:
            sys.exit(f"Entry {number} was changed, or one before it is missing.")
if expected and head.hex() not in expected:
    sys.exit(f"The copy ends after entry {number}, and there were more.")
print(f"Whole: {number} entries. The last one has the hash {head.hex()}.")
