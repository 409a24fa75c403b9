"""Target to Tree: where things are read from."""
