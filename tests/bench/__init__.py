"""What does a completion cost?  `make bench` measures it and checks it against the bounds."""
