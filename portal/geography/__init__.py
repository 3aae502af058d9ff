"""The map of Europe: how places are projected, and the outlines that ship with the package."""
