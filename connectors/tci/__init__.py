"""TCI Network: read by the generic connector; all that is known of it stands in this folder's TOML."""
