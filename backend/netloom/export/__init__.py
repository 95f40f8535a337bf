"""What leaves Netloom: a script, a file of weights, a table. Nothing here needs JAX."""

from netloom.export.history import history_csv
from netloom.export.numpy_script import numpy_script
from netloom.export.weights import weights_file

__all__ = ["history_csv", "numpy_script", "weights_file"]
