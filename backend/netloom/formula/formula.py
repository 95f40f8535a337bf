"""Input features: what the network is given of a point."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from netloom.errors import InvalidFormula
from netloom.formula import render
from netloom.formula.tree import parse
from netloom.formula.vocabulary import CONSTANTS, FUNCTIONS

STANDARD_FEATURES = MappingProxyType(
    {
        "x": "The horizontal place.",
        "y": "The vertical place.",
        "x^2": "How far from the vertical axis, whichever side; with y² it separates a circle.",
        "y^2": "How far from the horizontal axis, whichever side; with x² it separates a circle.",
        "x*y": "Positive where x and y have the same sign; it solves XOR by itself.",
        "sin(x)": "Waves from left to right.",
        "sin(y)": "Waves from bottom to top.",
    }
)
"""TensorFlow Playground's seven features in its order, each with its help."""

_STEPS = 60
"""Cells a side of the square in which a formula is tried: every 0.2 on −6..6, zero included."""
_LARGEST = float(np.finfo(np.float32).max)
_BINARY: dict[type[ast.operator], np.ufunc] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula. Call it with float64 `[n, inputs]` for float64 `[n]`."""

    text: str
    inputs: int
    tree: ast.expr = field(repr=False, compare=False)
    path: str | None = field(default=None, repr=False, compare=False)

    @property
    def label(self) -> str:
        """As in a textbook: x², x·y, sin x."""
        return render.label(self.tree)

    @property
    def numpy_source(self) -> str:
        """A NumPy expression of `x` and `y` with the same values; a number alone when the formula is constant."""
        return render.numpy_source(self.tree)

    def __call__(self, xs: np.ndarray) -> np.ndarray:
        """Never raises: where a value does not exist, it is NaN or infinite."""
        columns = dict(zip("xy", np.asarray(xs, dtype=np.float64).T, strict=False))
        values = {name: np.float64(value) for name, value in CONSTANTS.items()} | columns
        with np.errstate(all="ignore"):
            return np.broadcast_to(_value(self.tree, values), len(xs)).astype(np.float64)

    def check(self, xs: np.ndarray) -> None:
        """InvalidFormula when a value at one of `xs` `[n, inputs]` does not exist or does not fit a float32."""
        values = self(xs)
        bad = np.flatnonzero(~(np.abs(values) <= _LARGEST))
        if len(bad):
            nearest = bad[np.abs(np.asarray(xs)[bad]).sum(1).argmin()]
            problem = f"{_complaint(float(values[nearest]))} at {_place(np.asarray(xs)[nearest])}."
            raise InvalidFormula(formula=self.text, problem=problem, path=self.path)


def compile_formula(
    text: str, *, inputs: int = 2, window: tuple[float, float] = (-6.0, 6.0), path: str | None = None
) -> Formula:
    """Reads a formula in x (`inputs` 1) or in x and y (2) and tries it all over the shown square `window`.

    InvalidFormula says in one sentence what is wrong where; it carries `path`, the field that the formula came from.
    """
    try:
        formula = Formula(text, inputs, parse(text, inputs=inputs), path)
    except InvalidFormula as error:
        error.path = path
        raise
    formula.check(_square(window, inputs))
    return formula


def _value(node: ast.expr, values: dict[str, np.ndarray | np.float64]) -> np.ndarray | np.float64:
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=op, operand=operand):
            return -_value(operand, values) if isinstance(op, ast.USub) else _value(operand, values)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name].apply(*(_value(argument, values) for argument in arguments))
        case _:
            raise TypeError(node)


def _square(window: tuple[float, float], inputs: int) -> np.ndarray:
    axis = np.linspace(*window, _STEPS + 1).round(12)
    return np.stack(np.meshgrid(*[axis] * inputs), axis=-1).reshape(-1, inputs)


def _complaint(value: float) -> str:
    if np.isnan(value):
        return "is not a number"
    return "is not finite" if np.isinf(value) else "is too large (over 3.4e38)"


def _place(point: np.ndarray) -> str:
    return ", ".join(f"{name} = {value:.4g}".replace("-", "−") for name, value in zip("xy", point, strict=False))
