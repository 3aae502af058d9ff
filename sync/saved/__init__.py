"""Pages that somebody saved: from files, folders, zips and web archives to the connector, as if they had been fetched."""
