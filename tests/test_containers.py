"""What docker-compose.yml promises; no container is started."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from netloom.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PROXY = (ROOT / "deploy" / "nginx.conf").read_text()
SERVERS = re.findall(r"^\s*server (\S+):8000 ", PROXY, re.MULTILINE)


def settings_of(service: str) -> Settings:
    """As the server in it reads them, with nothing set outside."""
    environment = {name: str(value or "") for name, value in SERVICES[service]["environment"].items()}
    return read_settings({**environment, "NETLOOM_ENGINES": ""}, environment["HOST"], 8000)


def test_one_server_is_all_that_starts_unless_the_cluster_is_asked_for() -> None:
    started = [name for name, service in SERVICES.items() if "profiles" not in service]

    assert started == ["netloom"]
    assert all(service["profiles"] == ["cluster"] for name, service in SERVICES.items() if name not in started)


def test_the_proxy_stands_before_servers_that_share_database_keys_and_cluster() -> None:
    assert len(SERVERS) == 2 and SERVICES["proxy"]["depends_on"] == SERVERS
    first, second = (SERVICES[name] for name in SERVERS)

    assert first == second
    assert settings_of(SERVERS[0]).database_url is not None
    assert "data:/data" in first["volumes"]
    assert first["environment"]["NETLOOM_ENGINES"] == "ray"


def test_a_visitor_stays_with_a_server_by_the_cookie_that_servers_set() -> None:
    from netloom.api.visitors import Visitors

    assert f"hash $cookie_{Visitors('key', None, 8000).cookie_name} consistent" in PROXY


def test_whatever_others_can_reach_asks_for_the_class_key() -> None:
    """Neither database nor cluster has a port outside, and the servers listen on more than the loopback."""
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"netloom", "proxy"}
    assert not any(settings_of(name).local for name in ("netloom", *SERVERS))
    members = [*SERVERS, "ray-head", "ray-worker"]
    assert {SERVICES[name]["environment"]["RAY_AUTH_MODE"] for name in members} == {"token"}
