"""Rules of the business; no input or output, nothing but the standard library."""
