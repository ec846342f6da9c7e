"""Examples of processes: reading their files, playing them, telling differences and gaps."""
