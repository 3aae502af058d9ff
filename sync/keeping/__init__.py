"""What is kept and for how long: backup, restore, retention, space."""
