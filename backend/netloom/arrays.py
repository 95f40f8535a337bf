"""JAX, imported when it is first used.

The API process declares and validates layers but never runs one: it must not pay for, or be frozen by, JAX
(a test asserts that serving a page imports none of it).
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jax
    import jax.numpy as jnp
    from jax import lax
else:

    class _AtFirstUse(ModuleType):
        def __getattr__(self, name: str) -> Any:
            found = getattr(importlib.import_module(self.__name__), name)
            setattr(self, name, found)
            return found

    jax = _AtFirstUse("jax")
    jnp = _AtFirstUse("jax.numpy")
    lax = _AtFirstUse("jax.lax")

__all__ = ["jax", "jnp", "lax"]
