"""All pairs at once, over arrays: what the small functions of sameness say pair by pair, to the same figures."""
