"""What `netloom train` and `netloom export` do: functions with typer signatures, which `app.py` registers."""

from netloom.commands.export import export
from netloom.commands.train import train

__all__ = ["export", "train"]
