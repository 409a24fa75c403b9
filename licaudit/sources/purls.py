"""Package URLs as targets: `pkg:huggingface/org/name@rev`, `pkg:github/org/name`, ..."""

from __future__ import annotations

from collections.abc import Collection

from packageurl import PackageURL

from licaudit.sources.names import refuse
from licaudit.sources.pages import git_url
from licaudit.sources.short_forms import Target, hub_target, npm_target, pypi_target

_FORGES = {"github": "github.com", "gitlab": "gitlab.com", "gitee": "gitee.com"}


def from_purl(text: str, allow: Collection[str]) -> Target:
    """The target a purl names. Raises UsageError for types that no source reads."""
    try:
        purl = PackageURL.from_string(text)
    except ValueError as error:
        refuse(f"this is no purl ({error})", text, "See https://github.com/package-url/purl-spec.")
    name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
    at = f"@{purl.version}" if purl.version else ""
    if purl.type == "huggingface":
        return hub_target("huggingface", name + at, text)
    if purl.type == "modelscope":
        return hub_target("modelscope", name + at, text)
    if purl.type == "pypi":
        return pypi_target(name + at, text)
    if purl.type == "npm":
        return npm_target(name + at, text)
    if host := _FORGES.get(purl.type):
        return git_url(f"https://{host}/{name}{at}", text, allow)
    refuse(
        f"packages of type `{purl.type}` are not read",
        text,
        f"Use huggingface, modelscope, pypi, npm, {', '.join(_FORGES)}.",
    )
