"""Finding organisations by what staff type."""
