"""What was asked to be kept out: keyed marks, and how pages, rows, values and links that bear them are withheld."""
