"""Decision models: reading, evaluation, checks."""
