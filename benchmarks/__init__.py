"""Figures for the documentation, side by side with peers; never run by the test command."""
