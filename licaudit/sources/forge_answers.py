"""What GitHub and Gitee say about a repository's license: one more statement, and the weakest.

A forge guesses from one file. Its answer never stands for that file; it can only disagree with it.
"""

from __future__ import annotations

import json
import os
from urllib.parse import urlsplit

from licaudit.facts import Gap
from licaudit.sources.about import Said
from licaudit.sources.faults import SourceGap
from licaudit.sources.remote import ROOT, status_gap
from licaudit.sources.web import Web

_APIS = {
    "github.com": ("GITHUB_API_URL", "https://api.github.com", "GITHUB_TOKEN"),
    "gitee.com": ("GITEE_API_URL", "https://gitee.com/api/v5", "GITEE_TOKEN"),
}
_NOTHING = ("", "NOASSERTION", "Other", "None")  # a forge's words for "I cannot tell"


def forge_answer(page: str, web: Web) -> tuple[tuple[Said, ...], tuple[Gap, ...]]:
    """The forge's own statement about the repository of this page; a Gap that blocks nothing."""
    parts = urlsplit(page)
    api = _APIS.get(parts.hostname or "")
    name = parts.path.strip("/").removesuffix(".git")
    if api is None or name.count("/") != 1:
        return (), ()
    try:
        return _ask(api, name, web), ()
    except SourceGap as gap:
        if gap.status in (404, 410):
            return (), ()  # it has found no license
        detail = f"what {parts.hostname} says of the license: {gap.detail}"
        return (), (Gap(ROOT, gap.reason, detail, blocks=False),)


def _ask(api: tuple[str, str, str], name: str, web: Web) -> tuple[Said, ...]:
    variable, default, token_variable = api
    root = (os.environ.get(variable) or default).rstrip("/")
    token = os.environ.get(token_variable)
    auth = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{root}/repos/{name}/license"
    answer = web.get(url, auth=auth, limit=4_000_000, trusted=bool(os.environ.get(variable)))
    if answer.status != 200:
        raise status_gap(answer.status, answer.headers, url)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise SourceGap("broken", "its answer is no JSON", url) from None
    # GitHub: {"license": {"spdx_id": "MIT"}, "path": "LICENSE"}; Gitee: {"license": "MIT"}
    value = found.get("license") if isinstance(found, dict) else None
    if isinstance(value, dict):
        value = value.get("spdx_id")
    if not isinstance(value, str) or value in _NOTHING or len(value) > 100:
        return ()
    return (Said("license", value),)
