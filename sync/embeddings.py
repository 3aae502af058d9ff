"""The sentence model's part of a run: new texts are embedded; without the model, or when it fails, the run goes on without."""

from __future__ import annotations

from datetime import datetime

from matching.embedding import organisations
from matching.embedding.labour import EmbeddingFailed
from matching.embedding.model import MODEL, why_not
from sync.settings import Settings
from warehouse import ledger
from warehouse.rows import Finding
from warehouse.state import State

FAILED = "embedding failed"
"""The kind of the finding that says that the sentence model did not do its work."""


def embed(settings: Settings, state: State, run_id: int, now: datetime) -> None:
    """Bring the organisations' vectors up to date. A model that fails is a finding; what it did is used."""
    try:
        organisations.build(state.con, most_seconds=settings.embeddings.most_seconds)
    except EmbeddingFailed as failed:
        ledger.note(state, run_id, [Finding(FAILED, str(failed))], now)
        organisations.build(state.con, most_seconds=0)


def used(settings: Settings) -> str:
    """Whether the sentence model is in use, as a sentence."""
    if not settings.embeddings.enabled:
        return "not in use: switched off by [embeddings] enabled; search and partners work with words alone"
    reason = why_not()
    return f"{MODEL}, in use" if reason is None else f"not in use: {reason}; search and partners work with words alone"
