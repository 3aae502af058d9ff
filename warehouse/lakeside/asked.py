"""The program: a request as JSON on stdin, where no list of processes shows its passwords; the answer as JSON on stdout."""

from __future__ import annotations

import json
import os
import re
import sys

import duckdb

from warehouse.lakeside.looking import holding, listed
from warehouse.lakeside.opening import Request, Trouble, store_trouble
from warehouse.lakeside.pushing import push
from warehouse.lakeside.tidying import tidy

WORK = {"push": push, "list": listed, "holding": holding, "tidy": tidy}


def masked(text: str, request: Request) -> str:
    """A text without the connection's secrets, whichever way it is written there."""
    for secret in (request.get("catalog", ""), request.get("catalog", "").removeprefix("ducklake:").partition(":")[2]):
        text = text.replace(secret, "…") if secret else text
    return re.sub(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)|(://[^:/@\s]*:)[^@\s]*@", r"\1\3…@", text, flags=re.IGNORECASE)


def main() -> int:
    """Do what stdin asks; 0, or 1 where that cannot be done."""
    request: Request = json.load(sys.stdin)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is none of the answer
    try:
        answer = WORK[request["do"]](request)
    except Trouble as trouble:
        answer = {"trouble": trouble.kind, "because": masked(str(trouble), request)}
    except duckdb.Error as error:
        kind = store_trouble(error)
        because = f"the files of the lake cannot be reached: {error}" if kind else f"{type(error).__name__}: {error}"
        answer = {"trouble": kind or "unexpected", "because": masked(" ".join(because.split()), request)}
    with answers:
        json.dump(answer, answers)
    return 1 if "trouble" in answer else 0
