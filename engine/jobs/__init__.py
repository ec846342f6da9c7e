"""What runs later, and where."""
