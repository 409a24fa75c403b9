"""Addresses: which hosts are inside (loopback, link-local, private), and which were allowed."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import SplitResult

_INSIDE_NAMES = ("localhost", "local", "internal", "lan", "home.arpa", "localdomain")
_PORTS = {"http": 80, "https": 443}


def origin(parts: SplitResult) -> str:
    """`host:port` of a URL, lower-case, the scheme's port when none is written."""
    port = parts.port or _PORTS.get(parts.scheme.lower(), 0)
    return f"{(parts.hostname or '').lower()}:{port}"


def is_inside_name(host: str) -> bool:
    """Whether a host name or literal address means this machine or a private network.

    No name is looked up: what it resolves to is checked when the connection stands.
    """
    host = host.strip("[]").rstrip(".").lower()
    if not host or host.split(".")[-1] in _INSIDE_NAMES or host.endswith(".home.arpa"):
        return True
    literal = _literal(host)
    return is_inside(literal) if literal else "." not in host and ":" not in host


def is_inside(address: str) -> bool:
    """Whether an IP address is anything but a global unicast one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    for embedded in (getattr(ip, "ipv4_mapped", None), getattr(ip, "sixtofour", None)):
        if embedded is not None:
            return is_inside(str(embedded))
    return not ip.is_global or ip.is_multicast


def is_allowed(host: str, port: int, allowed: Collection[str]) -> bool:
    """Whether the user allowed this host, by name or as `host:port`."""
    host = host.strip("[]").lower()
    return host in allowed or f"{host}:{port}" in allowed


def _literal(host: str) -> str | None:
    """The IP address that a host is, also in the short and hexadecimal forms of inet_aton."""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    numbers = host.split(".")
    if len(numbers) > 4 or not all(numbers):
        return None
    try:
        values = [_number(n) for n in numbers]
        *head, tail = values
        if any(v > 255 for v in head) or tail >= 256 ** (5 - len(values)):
            return None
        total = sum(v << (24 - 8 * i) for i, v in enumerate(head)) + tail
        return str(ipaddress.IPv4Address(total))
    except ValueError:
        return None


def _number(text: str) -> int:
    if not text.isascii() or not text.isalnum():
        raise ValueError(text)
    if text.lower().startswith("0x"):
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") and len(text) > 1 else int(text, 10)
