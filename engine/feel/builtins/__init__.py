"""The functions of the standard and of the office, one module for each family."""
