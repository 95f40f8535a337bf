"""The base of everything a user can save, share or send."""

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

LIVE: JsonDict = {"live": True}
"""Marks a field, in its `json_schema_extra`, that may change between two steps of a run without a restart."""


class Record(BaseModel):
    """Immutable data, closed to unknown fields, without NaN or infinity.

    A field's bounds, default, title, unit and help live on its declaration; the JSON schema, the
    TypeScript type, the form and the message of a rejected value are made from it.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        validate_default=True,
        ser_json_inf_nan="constants",
    )
