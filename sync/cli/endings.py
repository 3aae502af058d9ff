"""How a command ends that met an error: a sentence on stderr and an exit code. Loaded when something went wrong."""

from __future__ import annotations

from connectors.registry import UnknownNetwork
from matching.partners.programmes import UnknownProgramme
from portal.serving import CannotServe
from sync.capture import CaptureDamaged, CaptureMissing
from sync.exits import Exit
from sync.keeping.backup import NothingToBackUp
from sync.keeping.restore import BackupUnusable
from sync.keeping.storage import storage_trouble
from sync.lock import Locked, NoLocks
from sync.settings import ConfigError
from sync.withholding.key import KeyLost
from warehouse.desk import DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.edition_health import CannotRestore, mend
from warehouse.editions import EditionDamaged, EditionMissing, EditionOlder
from warehouse.lake import Kind, LakeTrouble
from warehouse.migrate import SchemaNewer, SchemaOlder
from warehouse.state import StateDamaged, StateLocked, StateMoved

EXPECTED: dict[type[Exception], Exit] = {
    ConfigError: Exit.CONFIGURATION,
    UnknownNetwork: Exit.USAGE,
    UnknownProgramme: Exit.USAGE,
    Locked: Exit.LOCKED,
    NoLocks: Exit.CONFIGURATION,
    StateLocked: Exit.LOCKED,
    EditionMissing: Exit.NOTHING_RAN,
    EditionOlder: Exit.TRY_AGAIN,
    CannotRestore: Exit.USAGE,
    StateDamaged: Exit.UNEXPECTED,
    StateMoved: Exit.UNEXPECTED,
    SchemaOlder: Exit.UNEXPECTED,
    SchemaNewer: Exit.UNEXPECTED,
    NothingToBackUp: Exit.NOTHING_RAN,
    BackupUnusable: Exit.USAGE,
    KeyLost: Exit.CONFIGURATION,
    CannotServe: Exit.CONFIGURATION,
    DeskBusy: Exit.TRY_AGAIN,
    DeskUnwritable: Exit.CONFIGURATION,
    DeskDamaged: Exit.UNEXPECTED,
    CaptureMissing: Exit.UNEXPECTED,
    CaptureDamaged: Exit.UNEXPECTED,
}
"""Errors that are the user's to mend, and the exit code of each; anything else is ours, with its traceback."""

OF_THE_LAKE = {
    Kind.EXTENSION: Exit.CONFIGURATION,
    Kind.SETTINGS: Exit.CONFIGURATION,
    Kind.TAKEN: Exit.CONFIGURATION,
    Kind.SCHEMA: Exit.CONFIGURATION,
    Kind.NOTHING: Exit.NOTHING_RAN,
    Kind.UNREACHABLE: Exit.TRY_AGAIN,
    Kind.BUSY: Exit.TRY_AGAIN,
    Kind.UNEXPECTED: Exit.UNEXPECTED,
}


def ending(error: Exception) -> tuple[str, Exit] | None:
    """What to tell of an error, and the exit code; None: nobody expected it, and its traceback is wanted."""
    if isinstance(error, EditionDamaged):
        return f"{error.trouble}; {mend(error.folder)}", Exit.NOTHING_RAN
    if isinstance(error, LakeTrouble):
        return str(error), OF_THE_LAKE[error.kind]
    for kind, code in EXPECTED.items():
        if isinstance(error, kind):
            return str(error), code
    trouble = storage_trouble(error)
    return None if trouble is None else (trouble.because, trouble.code)
