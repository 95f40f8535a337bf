"""Netloom: build a neural network in the browser, watch it learn, understand why."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("netloom")
except PackageNotFoundError:  # read from a source tree that was never installed
    __version__ = "0.0.0"

__all__ = ["__version__"]
