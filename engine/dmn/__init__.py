"""Decision models: read, checked for gaps and overlaps, evaluated and explained."""
