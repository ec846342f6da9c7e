"""The pages, one module per noun; a view asks or runs one thing and shows it."""
