"""Hugging Face: a model, dataset or space as a Tree, through the user's own `huggingface_hub`.

One request describes a repository and lists its files; files are read when asked for, by range, at
the commit the description named. No weights are downloaded, and Xet is never used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from huggingface_hub import HfApi, get_token, hf_hub_url
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils._validators import validate_repo_id

from licaudit.facts import Gap
from licaudit.settings import LIMITS
from licaudit.sources.about import About, Said
from licaudit.sources.faults import SourceGap
from licaudit.sources.hub_route import routed
from licaudit.sources.remote import ROOT, Files, about_gaps, cut, listed, status_gap
from licaudit.sources.secrets import bare_url
from licaudit.sources.short_forms import Target
from licaudit.sources.tree import Entry
from licaudit.sources.web import Answer, Web

ENDPOINT = "https://huggingface.co"
MANY = 5_000  # files from which on the paged listing is asked instead of the description
_COMMIT = re.compile(r"[0-9a-f]{40}")
_CARD_KEYS = (
    "license",
    "license_name",
    "license_link",
    "base_model",
    "base_model_relation",
    "datasets",
    "source_datasets",
)


_TAGS = ("license:", "base_model:")  # tags the hub makes of a card and of what it knows


class HubTree:
    """One repository of a Hugging Face hub at one commit. Raises SourceGap when it cannot be."""

    kind = "huggingface"

    def __init__(self, target: Target, web: Web) -> None:
        self._web = web
        self._endpoint, self._token = _endpoint(target, web)
        self._subtype = target.subtype or "model"
        api = HfApi(endpoint=self._endpoint, token=self._token or False, library_name="licaudit")
        info = self._call(target, lambda: _describe(api, target, self._subtype))
        if not isinstance(info.id, str) or not isinstance(info.siblings or [], list):
            raise SourceGap("broken", "the hub's answer is not what it should be", target.key)
        if getattr(info, "disabled", None):
            raise SourceGap("denied", "the hub has disabled this repository", target.key)
        gaps: list[Gap] = []
        self.name = info.id
        self.revision = _commit(info.sha, target, gaps)
        self.about = _about(info, target, self._subtype, self._endpoint)
        entries = self._call(target, lambda: tuple(self._list(api, info, gaps)))
        self._files = Files(entries, self._fetch)
        self._gaps = (*about_gaps(self.about), *gaps)

    @property
    def bytes_read(self) -> int:
        """Bytes of files read so far."""
        return self._files.bytes_read

    def entries(self) -> tuple[Entry, ...]:
        """All files, sorted by path; `digest` is the LFS object's or the blob's."""
        return self._files.entries

    def gaps(self) -> tuple[Gap, ...]:
        """What the listing left out, and a rename."""
        return self._gaps

    def read(self, path: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes of one file at the pinned commit, by range request. Raises ReadError."""
        return self._files.read(path, start, length)

    def _fetch(self, path: str, headers: Mapping[str, str], limit: int, skip: int) -> Answer:
        url = hf_hub_url(
            self.name,
            path,
            repo_type=self._subtype,
            revision=self.revision,
            endpoint=self._endpoint,
        )
        auth = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return self._web.get(url, headers=headers, auth=auth, limit=limit, skip=skip, trusted=True)

    def _list(self, api: HfApi, info: Any, gaps: list[Gap]) -> Iterator[Entry]:
        files: Iterable[Any] = info.siblings or ()
        if (
            info.siblings is None
            or len(info.siblings) >= MANY
            or any(s.size is None for s in info.siblings)
        ):
            files = (
                f
                for f in api.list_repo_tree(
                    self.name, recursive=True, revision=self.revision, repo_type=self._subtype
                )
                if hasattr(f, "blob_id")
            )
        files = iter(files)
        for file in islice(files, LIMITS.files):
            entry = listed(file.rfilename, file.size, _digest(file), gaps)
            if entry:
                yield entry
        if next(files, None) is not None:
            cut(gaps)

    def _call(self, target: Target, ask: Any) -> Any:
        """One conversation with the library: its errors become SourceGaps of ours."""
        where = target.key
        try:
            with routed(self._web, self._endpoint):
                return ask()
        except SourceGap as gap:
            raise SourceGap(gap.reason, gap.detail, where, gap.status) from gap
        except HfHubHTTPError as error:
            raise _gap_of(error, where) from None  # its text repeats addresses and headers
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            detail = f"the hub's answer is not what it should be ({type(error).__name__})"
            raise SourceGap("broken", detail, where) from None


def _describe(api: HfApi, target: Target, subtype: str) -> Any:
    ask: dict[str, Callable[..., Any]] = {
        "model": api.model_info,
        "dataset": api.dataset_info,
        "space": api.space_info,
    }
    info = ask[subtype](target.id, revision=target.revision, files_metadata=True)
    validate_repo_id(info.id)  # the answer's own id goes into further addresses
    return info


def _endpoint(target: Target, web: Web) -> tuple[str, str | None]:
    """Where to ask, and the token for it. A mirror that only an address named gets no token."""
    chosen = os.environ.get("HF_ENDPOINT", "").rstrip("/")
    if not chosen and target.host:
        return f"https://{target.host}", None
    token = None if _is_true("HF_HUB_DISABLE_IMPLICIT_TOKEN") else _stored_token()
    web.secrets.add(token)
    return chosen or ENDPOINT, token


def _stored_token() -> str | None:
    """The user's token, or None: also when it would have to be renewed over the network first."""
    try:
        return get_token()
    except SourceGap:
        return None


def _is_true(variable: str) -> bool:
    return os.environ.get(variable, "").upper() in ("1", "ON", "YES", "TRUE")


def _commit(sha: object, target: Target, gaps: list[Gap]) -> str:
    if isinstance(sha, str) and _COMMIT.fullmatch(sha):
        return sha
    detail = "the hub does not say which commit this is, so it cannot be pinned"
    gaps.append(Gap(ROOT, "broken", detail))
    return target.revision or "main"


def _digest(file: Any) -> str | None:
    if file.lfs is not None:
        return f"sha256:{file.lfs.sha256}"
    return f"git:{file.blob_id}" if file.blob_id else None


def _about(info: Any, target: Target, subtype: str, endpoint: str) -> About:
    card = info.card_data.to_dict() if hasattr(info.card_data, "to_dict") else info.card_data
    said = [
        Said(f"cardData.{key}", value)
        for key in (_CARD_KEYS if isinstance(card, dict) else ())
        for value in _words(card.get(key))
    ]
    tags = info.tags if isinstance(info.tags, list) else []
    said += [Said("tags", t) for t in tags if isinstance(t, str) and t.startswith(_TAGS)]
    prefix = {"dataset": "datasets/", "space": "spaces/"}.get(subtype, "")
    gated = getattr(info, "gated", None)
    return About(
        info.id,
        target.id,
        subtype,
        bare_url(f"{endpoint}/{prefix}{info.id}"),
        str(gated).lower() if gated else None,
        bool(info.private),
        tuple(said),
    )


def _words(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [i for i in items if isinstance(i, str)]


def _gap_of(error: HfHubHTTPError, where: str) -> SourceGap:
    status, headers = error.response.status_code, error.response.headers
    match error:
        case GatedRepoError():
            return status_gap(status, {"x-error-code": "GatedRepo"}, where)
        case DisabledRepoError():
            return SourceGap("denied", "the hub has disabled this repository", where, status)
        case RevisionNotFoundError():
            return SourceGap("missing", "it has no such revision", where, status)
        case RepositoryNotFoundError() if status == 401:
            return SourceGap("denied", "not there, or private (401)", where, status)
        case _:
            return status_gap(status, headers, where)
