"""Worlds: what they are (`world`), and how their tools run (`session`)."""

from turnwise.worlds.changes import Change, RowChange, net
from turnwise.worlds.session import Reads, Session, open_session, verify_world
from turnwise.worlds.simulated.by_rules import SimulatedSession
from turnwise.worlds.statements import load_script, split_statements
from turnwise.worlds.world import Operation, Tool, World, bundled_worlds, load_world, rows_of, save_world

__all__ = [
    "Change",
    "Operation",
    "Reads",
    "RowChange",
    "Session",
    "SimulatedSession",
    "Tool",
    "World",
    "bundled_worlds",
    "load_script",
    "load_world",
    "net",
    "open_session",
    "rows_of",
    "save_world",
    "split_statements",
    "verify_world",
]
