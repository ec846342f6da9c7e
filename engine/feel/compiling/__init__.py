"""Tree -> closures: one module for each family of nodes."""
