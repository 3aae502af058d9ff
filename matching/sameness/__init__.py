"""Which records are one organisation: evidence, judgements, groups, numbers."""
