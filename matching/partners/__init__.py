"""Which foreign organisations a Swedish cluster should meet, and why."""
