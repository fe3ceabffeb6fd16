"""Reads a statement with ofxtools, as its own guide does, and counts the transactions. It keeps nothing: that would come on top.

python with_ofxtools.py KIND EXPORT STORE
"""
import sys

from ofxtools.Parser import OFXTree


def main(_kind, export, _store):
    tree = OFXTree()
    tree.parse(export)
    statements = tree.convert().statements
    print(sum(len(statement.transactions) for statement in statements))


main(*sys.argv[1:])
