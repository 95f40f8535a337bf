"""A formula as people and as programs read it."""

from __future__ import annotations

import ast

from netloom.formula.vocabulary import CONSTANTS, FUNCTIONS

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNS: dict[type[ast.operator], str] = {ast.Add: " + ", ast.Sub: " − ", ast.Mult: "·", ast.Div: "/"}
_SYMBOLS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)


def label(node: ast.expr) -> str:
    """As in a textbook: x², x·y, sin x."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return str(value) if isinstance(value, int) else f"{value:g}"
        case ast.Name(id=name):
            return "π" if name == "pi" else name
        case ast.UnaryOp(op=op, operand=operand):
            return ("−" if isinstance(op, ast.USub) else "+") + _within(operand, _POWER)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(left, right)
        case ast.BinOp(left=left, op=op, right=right):
            strength = _strength(node)
            return _within(left, strength) + _SIGNS[type(op)] + _right(right, strength + 1)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, alone=True)
        case _:
            raise TypeError(node)


def numpy_source(node: ast.expr) -> str:
    """The same as a NumPy expression of `x` and `y`; every number is a float, so none can grow without bounds."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return repr(float(value))
        case ast.Name(id=name):
            return f"np.{name}" if name in CONSTANTS else name
        case ast.UnaryOp(op=op, operand=operand):
            return f"({'-' if isinstance(op, ast.USub) else '+'}{numpy_source(operand)})"
        case ast.BinOp(left=left, op=op, right=right):
            return f"({numpy_source(left)} {_SYMBOLS[type(op)]} {numpy_source(right)})"
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name].source.format(*map(numpy_source, arguments))
        case _:
            raise TypeError(node)


def _power(base: ast.expr, exponent: ast.expr) -> str:
    match exponent:
        case ast.Constant(value=int() as whole):
            return _within(base, _ATOM) + str(whole).translate(_SUPERSCRIPTS)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as whole)):
            return _within(base, _ATOM) + f"-{whole}".translate(_SUPERSCRIPTS)
        case _:
            return f"{_within(base, _ATOM)}^{_within(exponent, _ATOM)}"


def _call(name: str, arguments: list[ast.expr], *, alone: bool) -> str:
    """`sin x` where it stands alone, `sin(x)` within anything else, so that nobody wonders what it reaches over."""
    inner = ", ".join(map(label, arguments))
    if name == "abs":
        return f"|{inner}|"
    bare = alone and len(arguments) == 1 and isinstance(arguments[0], ast.Name | ast.Constant)
    if name == "sqrt":
        return f"√{inner}" if bare else f"√({inner})"
    return f"{name} {inner}" if bare else f"{name}({inner})"


def _right(node: ast.expr, strength: int) -> str:
    return f"({label(node)})" if isinstance(node, ast.UnaryOp) else _within(node, strength)


def _within(node: ast.expr, strength: int) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, alone=False)
        case _:
            return label(node) if _strength(node) >= strength else f"({label(node)})"


def _strength(node: ast.expr) -> int:
    """How tightly the outermost operation binds."""
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return _SUM
        case ast.BinOp(op=ast.Mult() | ast.Div()):
            return _PRODUCT
        case ast.UnaryOp():
            return _SIGN
        case ast.BinOp():
            return _POWER
        case _:
            return _ATOM
