"""A network's member list as a table: read from CSV or XLSX, matched to our fields, kept as captures."""
