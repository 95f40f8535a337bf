"""Every test computes as engines do: under the same flags, in one thread, with compiled programs kept on the disk."""

from pathlib import Path

from netloom.engine.device import configure

configure(Path(__file__).parents[1] / ".pytest_cache" / "d" / "programs")
