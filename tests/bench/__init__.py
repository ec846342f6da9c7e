"""What does a completion cost?  `make bench` measures it and holds the figures against their bounds."""
