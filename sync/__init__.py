"""The run: fetch, capture, normalise, load, match, publish; and the command line that starts it."""
