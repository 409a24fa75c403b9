"""What each package of a uv.lock is there for: the lock holds the whole graph and tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from licaudit.collectors.lock_scopes import reached
from licaudit.collectors.packages import DEV, is_dev_group

_OWN = ("editable", "virtual", "directory")
Asked = tuple[str, str]  # a package, and one of its extras; "" is the package without any


def uv_notes(listed: Iterable[Any]) -> dict[str, str | None]:
    """For each package that the locked projects need: None, `optional` or `dev`, the nearest wins.

    Packages that nothing of the lock leads to are left out: nobody can say what they are for.
    """
    packages: dict[str, list[dict[str, Any]]] = {}
    for item in listed:
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            packages.setdefault(item["name"], []).append(item)
    own = [i for items in packages.values() for i in items if _is_own(i)]
    starts: dict[str | None, list[Asked]] = {None: [], "optional": [], DEV: []}
    for project in own:
        starts[None] += _asked(project.get("dependencies"))
        for asked in _groups(project, "optional-dependencies").values():
            starts["optional"] += asked
        for group, asked in _groups(project, "dev-dependencies").items():
            starts[DEV if is_dev_group(group) else None] += asked
    notes: dict[str, str | None] = {}
    for (name, _), note in reached(starts, lambda asked: _onward(asked, packages)).items():
        if name in packages:
            notes.setdefault(name, note)  # what ships is reached first
    return notes


def _is_own(item: dict[str, Any]) -> bool:
    source = item.get("source")
    return isinstance(source, dict) and any(key in source for key in _OWN)


def _groups(item: dict[str, Any], key: str) -> dict[str, list[Asked]]:
    table = item.get(key)
    return {g: list(_asked(v)) for g, v in table.items()} if isinstance(table, dict) else {}


def _asked(listed: Any) -> Iterator[Asked]:
    """The packages of a list of dependencies, each alone and with every extra asked of it."""
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            yield item["name"], ""
            extras = item.get("extra")
            yield from (
                (item["name"], e)
                for e in (extras if isinstance(extras, list) else ())
                if isinstance(e, str)
            )


def _onward(asked: Asked, packages: dict[str, list[dict[str, Any]]]) -> Iterator[Asked]:
    """Where a package leads on to; every locked version of a name counts."""
    name, extra = asked
    for item in packages.get(name, ()):
        if extra:
            yield from _groups(item, "optional-dependencies").get(extra, [])
        else:
            yield from _asked(item.get("dependencies"))
