"""What lies where under ``var``, by name."""

from __future__ import annotations

from pathlib import Path

STATE = "state.duckdb"
SNAPSHOT = Path("snapshot", STATE)
"""The state as the last run left it. A backup takes it while a run has the state; DuckDB lets nobody else read that one."""
DESK = "desk.sqlite"
KEY = "privacy.key"
"""What suppressions are marked with (``sync/withholding/suppression.py``)."""
PORTAL_KEY = "portal.key"
"""What the staff page signs its cookies with; without it everybody signs in again."""
CAPTURES = "captures"
EDITIONS = "editions"
EXPORTING = "exporting"
"""Where exports and erasures hold their lock; of the exports themselves ``exports.json`` says where they are."""
INBOX = "inbox"
"""Member lists that staff laid there on their page; the next run takes them in (``sync/inbox.py``)."""
LAKE = "lake"
"""What this installation knows of its pushes into the lake, and the marks of erasures that have not reached it yet."""
LOGS = "logs"
METRICS = Path("metrics", "clusterbridge.prom")
"""Prometheus's text format, for node_exporter's textfile collector."""
