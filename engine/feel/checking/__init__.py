"""What can be told about an expression before it is ever run: kinds, calls, misspelt names."""
