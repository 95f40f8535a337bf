"""What `netloom train`, `export` and `bench` do: functions with typer signatures, which `app.py` registers."""

from netloom.commands.bench import bench
from netloom.commands.export import export
from netloom.commands.train import train

__all__ = ["bench", "export", "train"]
