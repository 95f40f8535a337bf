"""Input features that a learner picks or types: read through a whitelist, never evaluated as code."""

from netloom.formula.formula import STANDARD_FEATURES, Formula, compile_formula

__all__ = ["STANDARD_FEATURES", "Formula", "compile_formula"]
