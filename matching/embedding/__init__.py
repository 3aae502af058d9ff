"""Texts as points of a space in which what means the same lies close together; search and partners stand on it."""
