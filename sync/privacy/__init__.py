"""Persons are taken out of a page before a byte of it is written."""
