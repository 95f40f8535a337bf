"""The parts of the NumPy script, as text: one file for each catalogue that a network draws from."""
