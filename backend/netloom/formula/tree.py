"""From tokens to a checked tree. Nothing here is ever evaluated as code."""

from __future__ import annotations

import ast

from netloom.errors import InvalidFormula
from netloom.formula.tokens import Token, tokens
from netloom.formula.vocabulary import CONSTANTS, FUNCTIONS

LARGEST_NUMBER = 1e6
LARGEST_EXPONENT = 16

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


def parse(formula: str, *, inputs: int) -> ast.expr:
    """A formula in x (`inputs` 1) or in x and y as a tree of allowed nodes only. InvalidFormula says what is wrong."""
    found = tokens(formula)
    source = " ".join(token.text for token in found)
    try:
        tree = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        raise _unreadable(formula, found, (error.offset or 1) - 1) from None
    except (MemoryError, RecursionError):
        raise InvalidFormula(formula=formula, problem="is too deeply nested.") from None
    _Check(formula, found, inputs).visit(tree)
    return tree


def _column(found: list[Token], offset: int) -> int:
    """Which character of the formula stands at `offset` of the tokens joined by single spaces."""
    for token in found:
        offset -= len(token.text) + 1
        if offset < 0:
            return token.column
    return found[-1].column


def _unreadable(formula: str, found: list[Token], offset: int) -> InvalidFormula:
    if found[-1].kind == "operator":
        return InvalidFormula(formula=formula, problem=f"something is missing after “{formula.rstrip()[-1]}”.")
    column = _column(found, offset)
    return InvalidFormula(formula=formula, problem=f"“{formula[column - 1]}” at character {column} is out of place.")


class _Check:
    """Lets through the whitelist and stops everything else."""

    def __init__(self, formula: str, found: list[Token], inputs: int) -> None:
        self._formula, self._found, self._inputs = formula, found, inputs

    def visit(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=int() | float() as value):
                self._number(node, value)
            case ast.Name(id=name):
                self._name(node, name)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self.visit(operand)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _OPERATORS):
                if isinstance(op, ast.Pow):
                    self._exponent(right)
                self.visit(left)
                self.visit(right)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                self._call(node, name, arguments)
            case _:
                raise self._error(node, "is not something that a formula can hold")

    def _number(self, node: ast.expr, value: float) -> None:
        if value > LARGEST_NUMBER:
            raise self._error(node, f"is a number over {LARGEST_NUMBER:,.0f}")

    def _name(self, node: ast.expr, name: str) -> None:
        if name == "y" and self._inputs == 1:
            raise self._error(node, "is not here: this data has one input, x")
        if name not in CONSTANTS and name not in ("x", "y"):
            raise self._error(node, "is not known")

    def _exponent(self, node: ast.expr) -> None:
        match node.operand if isinstance(node, ast.UnaryOp) else node:
            case ast.Constant(value=int() | float() as value) as number if value > LARGEST_EXPONENT:
                raise self._error(number, f"is an exponent over {LARGEST_EXPONENT}")
            case _:
                pass

    def _call(self, node: ast.expr, name: str, arguments: list[ast.expr]) -> None:
        wanted = FUNCTIONS[name].arguments
        if len(arguments) != wanted:
            raise self._error(node, f"takes {wanted} value{'s' if wanted > 1 else ''}, not {len(arguments)}")
        for argument in arguments:
            self.visit(argument)

    def _error(self, node: ast.expr, problem: str) -> InvalidFormula:
        column = _column(self._found, node.col_offset)
        token = next(token for token in self._found if token.column == column)
        return InvalidFormula(formula=self._formula, problem=f"“{token.text}” at character {column} {problem}.")
