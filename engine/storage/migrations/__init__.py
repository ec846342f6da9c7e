"""How the tables grow from one release to the next."""
