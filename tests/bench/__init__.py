"""What do completions and large lists cost?  `make bench` measures it and checks the bounds."""
