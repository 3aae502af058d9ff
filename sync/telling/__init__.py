"""Who is told how a run went, in which words: messages, status.json, metrics."""
