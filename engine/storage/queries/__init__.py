"""Lists for screens: one module per screen, every list with a limit."""
