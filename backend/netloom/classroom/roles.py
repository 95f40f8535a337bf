"""Who may send what. Every command is listed; what is not listed is not allowed."""

from __future__ import annotations

from typing import Literal

from netloom.protocol.commands import (
    Acknowledge,
    Advance,
    Attach,
    Command,
    Detach,
    Edit,
    FinalTest,
    Pause,
    Play,
    Recover,
    Restart,
    SetParameter,
    SetSpeed,
    SetWatch,
)

Role = Literal["owner", "stranger"]

ALLOWED: dict[type, frozenset[Role]] = {
    command: frozenset({"owner"})
    for command in (
        Acknowledge,
        Advance,
        Attach,
        Detach,
        Edit,
        FinalTest,
        Pause,
        Play,
        Recover,
        Restart,
        SetParameter,
        SetSpeed,
        SetWatch,
    )
}


def role_of(visitor: str, owner: str) -> Role:
    return "owner" if visitor == owner else "stranger"


def may(role: Role, command: Command) -> bool:
    return role in ALLOWED.get(type(command), frozenset())
