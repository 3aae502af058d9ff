"""What we know and since when: state, editions, and the one shape the warehouse accepts."""
