"""From what a learner types to plain tokens: 2x, x², π·y and −x are understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from netloom.errors import InvalidFormula
from netloom.formula.vocabulary import ALIASES, CONSTANTS, FUNCTIONS

LONGEST = 200
"""Characters in a formula."""
DEEPEST = 20
"""Parentheses inside each other."""

_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_OPERATORS = {"−": "-", "–": "-", "·": "*", "⋅": "*", "∙": "*", "×": "*", "÷": "/", "^": "**"}
_TOKEN = re.compile(
    r"""(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<name>[A-Za-z]+|[πσ√])
      | (?P<power>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
      | (?P<operator>\*\*|[-+*/^−–·⋅∙×÷])
      | (?P<open>\()|(?P<close>\))|(?P<comma>,)|(?P<space>\s+)""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """kind: number, name, function, operator, open, close or comma; text: as Python spells it; column: from 1."""

    kind: str
    text: str
    column: int


def tokens(formula: str) -> list[Token]:
    """The tokens of a formula, products written out. InvalidFormula at the first character that has no meaning."""
    if len(formula) > LONGEST:
        raise InvalidFormula(formula=formula, problem=f"is longer than {LONGEST} characters.")
    if not formula.strip():
        raise InvalidFormula(formula=formula, problem="is empty; type for example x^2 + y.")
    found = list(_with_products(formula, list(_read(formula))))
    _limit_depth(formula, found)
    return found


def _read(formula: str) -> Iterator[Token]:
    at = 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None:
            raise InvalidFormula(formula=formula, problem=f"“{formula[at]}” at character {at + 1} is not understood.")
        yield from _meaning(formula, match)
        at = match.end()


def _meaning(formula: str, match: re.Match[str]) -> Iterator[Token]:
    kind, text, column = match.lastgroup or "", match.group(), match.start() + 1
    if kind == "name":
        yield from _names(formula, text, column)
    elif kind == "number":
        yield Token(kind, re.sub(r"^0+(?=[0-9])", "", text), column)  # Python refuses 007
    elif kind == "power":
        exponent = int(text.translate(_SUPERSCRIPTS))
        yield from [Token("operator", "**", column), Token("number", f"({exponent})", column)]
    elif kind == "operator":
        yield Token(kind, _OPERATORS.get(text, text), column)
    elif kind != "space":
        yield Token(kind, text, column)


def _names(formula: str, text: str, column: int) -> Iterator[Token]:
    """One name, or several variables written as a product: xy, xxy."""
    name = ALIASES.get(text.lower(), text.lower())
    if name in FUNCTIONS:
        yield Token("function", name, column)
    elif name in CONSTANTS:
        yield Token("name", name, column)
    elif set(name) <= {"x", "y"}:
        yield from (Token("name", letter, column + offset) for offset, letter in enumerate(name))
    else:
        raise InvalidFormula(formula=formula, problem=f"“{text}” at character {column} is not known{_hint(name)}.")


def _hint(name: str) -> str:
    for function in sorted(FUNCTIONS, key=len, reverse=True):
        if name.startswith(function) and set(name[len(function) :]) <= {"x", "y"}:
            return f"; write {function}({name[len(function) :] or 'x'})"
    return f"; known are x, y, pi, e, {', '.join(FUNCTIONS)}"


def _with_products(formula: str, found: list[Token]) -> Iterator[Token]:
    """Puts the * between factors that stand side by side, as in 2x, x(y + 1), xy and 2 sin(x)."""
    for index, token in enumerate(found):
        before = found[index - 1] if index else None
        if before and before.kind in ("number", "name", "close"):
            if token.kind == "number":
                problem = f"an operator is missing before “{token.text}” at character {token.column}."
                raise InvalidFormula(formula=formula, problem=problem)
            if token.kind in ("name", "function", "open"):
                yield Token("operator", "*", token.column)
        if before and before.kind == "function" and token.kind != "open":
            raise _needs_parentheses(formula, before)
        yield token
    if found and found[-1].kind == "function":
        raise _needs_parentheses(formula, found[-1])


def _needs_parentheses(formula: str, function: Token) -> InvalidFormula:
    name = function.text
    problem = f"“{name}” at character {function.column} needs parentheses: {name}(x)."
    return InvalidFormula(formula=formula, problem=problem)


def _limit_depth(formula: str, found: list[Token]) -> None:
    open_at: list[int] = []
    for token in found:
        if token.kind == "open":
            open_at.append(token.column)
        elif token.kind == "close" and not open_at:
            problem = f"the “)” at character {token.column} closes nothing."
            raise InvalidFormula(formula=formula, problem=problem)
        elif token.kind == "close":
            open_at.pop()
        if len(open_at) > DEEPEST:
            raise InvalidFormula(formula=formula, problem=f"has more than {DEEPEST} parentheses inside each other.")
    if open_at:
        raise InvalidFormula(formula=formula, problem=f"the “(” at character {open_at[-1]} is never closed.")
