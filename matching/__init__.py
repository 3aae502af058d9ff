"""Who is the same, and who should meet: sameness of records, partners of Swedish clusters, search."""
