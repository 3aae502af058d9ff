"""Embedding many texts in a process of its own: its memory is given back, and a crash of the engine is only its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from threading import Timer
from time import monotonic

import numpy as np

from matching.embedding.model import DIMENSIONS, Vectors

BATCH = 8
"""Texts that are embedded at once: more take more memory (32 take 170 MB, 8 take 120) and are no faster."""
LONGEST_TEXT = 4_000
"""Letters of a text that are looked at. The longest profiles have half as many."""
WORKER = (sys.executable, "-P", "-m", "matching.embedding.worker")
PATIENT = {"OMP_WAIT_POLICY": "passive"}
"""The engine's threads sleep while they wait for one another: a machine that is busy otherwise has no use for their turning."""
GRACE_SECONDS = 60.0
"""How much longer than it was given a batch may take until its process counts as stuck."""


class EmbeddingFailed(Exception):  # noqa: N818  a circumstance: everything works without vectors
    """The process that embeds ended before its work did."""


def embed(texts: Sequence[str], *, most_seconds: float = 3600.0) -> Iterator[Vectors]:
    """The vectors of texts, a few at a time and in their order, each of length 1 and rounded to 16 bits.

    Arguments:
        most_seconds: after this much time no further batch is begun; what is left is left to the next night.

    Raises EmbeddingFailed where the process dies or is stuck.
    """
    if not texts:
        return
    ends_at = monotonic() + most_seconds
    pipe, env = subprocess.PIPE, os.environ | PATIENT
    with subprocess.Popen(WORKER, stdin=pipe, stdout=pipe, stderr=pipe, env=env) as worker:  # noqa: S603
        stuck = Timer(most_seconds + GRACE_SECONDS, worker.kill)
        stuck.daemon = True
        stuck.start()
        try:
            for start in range(0, len(texts), BATCH):
                if monotonic() >= ends_at:
                    break
                yield _ask(worker, [text[:LONGEST_TEXT] for text in texts[start : start + BATCH]])
        except BaseException:
            worker.kill()
            raise
        finally:
            stuck.cancel()


def _ask(worker: subprocess.Popen[bytes], texts: Sequence[str]) -> Vectors:
    if worker.stdin is None or worker.stdout is None or worker.stderr is None:
        raise RuntimeError("wanted a process with three pipes, found fewer")
    try:
        worker.stdin.write(json.dumps(texts).encode("ascii") + b"\n")
        worker.stdin.flush()
    except BrokenPipeError:
        pass  # it is dead, and the reading below says so
    wanted = len(texts) * DIMENSIONS * np.dtype(np.float16).itemsize
    said = worker.stdout.read(wanted)
    if len(said) < wanted:
        worker.kill()
        reasons = worker.stderr.read().decode("utf-8", "replace").strip().splitlines() or ["nothing was said"]
        raise EmbeddingFailed(f"wanted {len(texts)} vectors from the process that embeds, found its end: {reasons[-1]}")
    return np.frombuffer(said, dtype=np.float16).reshape(len(texts), DIMENSIONS).astype(np.float32)
