"""A client that opens an edition by DuckDB's C library, with the settings that another language's package hands on to it.

It is started as a program: it opens the file that a path leads to once for each way, answers the questions of its first line of
input with how many rows each has, and after the next line says which edition each way has open, and which it gets anew.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys


class Result(ctypes.Structure):
    """``duckdb_result``: six words, of which nobody but the library reads any."""

    _fields_ = (("words", ctypes.c_uint64 * 6),)


class Library:
    """What is called of DuckDB's C library."""

    def __init__(self, path: str) -> None:
        self.c = ctypes.CDLL(path)
        self.c.duckdb_result_error.restype = ctypes.c_char_p
        self.c.duckdb_row_count.restype = ctypes.c_uint64
        self.c.duckdb_value_int64.restype = ctypes.c_int64
        self.c.duckdb_value_int64.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64]

    def open(self, path: str, settings: dict[str, str]) -> ctypes.c_void_p:
        """A connection. Raises RuntimeError for a setting or file that it does not take."""
        config, database, con, error = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_char_p()
        self.c.duckdb_create_config(ctypes.byref(config))
        for name, value in settings.items():
            if self.c.duckdb_set_config(config, name.encode(), value.encode()):
                raise RuntimeError(f"wanted the setting {name}, found none of that name")
        if self.c.duckdb_open_ext(path.encode(), ctypes.byref(database), config, ctypes.byref(error)):
            raise RuntimeError(f"wanted to open {path}, found {error.value!r}")
        if self.c.duckdb_connect(database, ctypes.byref(con)):
            raise RuntimeError(f"wanted a connection to {path}, found none")
        return con

    def rows(self, con: ctypes.c_void_p, sql: str) -> int | str:
        """How many rows an answer has, or why there is none."""
        result = Result()
        if self.c.duckdb_query(con, sql.encode(), ctypes.byref(result)):
            return str(self.c.duckdb_result_error(ctypes.byref(result)).decode())
        return int(self.c.duckdb_row_count(ctypes.byref(result)))

    def number(self, con: ctypes.c_void_p, sql: str) -> int:
        """The first number of the first row."""
        result = Result()
        if self.c.duckdb_query(con, sql.encode(), ctypes.byref(result)):
            raise RuntimeError(self.c.duckdb_result_error(ctypes.byref(result)).decode())
        return int(self.c.duckdb_value_int64(ctypes.byref(result), 0, 0))


EDITION = "SELECT CAST(number AS BIGINT) FROM edition"


def main(library: str, pointer: str, ways_as_json: str) -> None:
    duckdb, ways = Library(library), json.loads(ways_as_json)
    opened = [duckdb.open(os.path.realpath(pointer), how) for how in ways]
    questions = json.loads(sys.stdin.readline())
    told = [
        {"answers": [duckdb.rows(con, question) for question in questions], "refused": duckdb.rows(con, "DELETE FROM clusters")}
        for con in opened
    ]
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    sys.stdin.readline()
    afresh = [duckdb.number(duckdb.open(os.path.realpath(pointer), how), EDITION) for how in ways]
    pairs = zip([duckdb.number(con, EDITION) for con in opened], afresh, strict=True)
    sys.stdout.write(json.dumps([list(pair) for pair in pairs]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
