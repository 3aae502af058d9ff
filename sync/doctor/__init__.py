"""Is all as it has to be? Checks, each with its mend."""
