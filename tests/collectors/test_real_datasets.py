"""Files of a published dataset package, fetched by name and version with the user's own npm."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

import pytest

from licaudit.collectors import arrow_schema, datapackage, parquet_footer
from licaudit.collectors.context import Context
from licaudit.collectors.ranges import Ranges
from licaudit.sources.local import LocalTree
from licaudit.sources.tree import Entry

CONTEXT = Context("local:.", "dataset", "vega")
WANTED = ("datapackage.json", "flights-200k.arrow", "flights-3m.parquet")


@pytest.fixture(scope="session")
def vega(request: pytest.FixtureRequest) -> LocalTree:
    """The three described files of vega-datasets 3.2.1, kept below the cache folder."""
    folder = Path(request.config.cache.mkdir("vega-datasets-3.2.1"))  # type: ignore[union-attr]
    if not (folder / "whole").exists():
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder)]
        command.append("vega-datasets@3.2.1")
        run = subprocess.run(command, capture_output=True, check=False, text=True, cwd=folder)
        if run.returncode:
            pytest.fail(f"npm could not fetch vega-datasets 3.2.1: {run.stderr[-400:]}")
        (packed,) = folder.glob("*.tgz")
        with tarfile.open(packed) as archive:
            members = [m for m in archive if m.name.rpartition("/")[2] in WANTED]
            archive.extractall(folder / "files", members, filter="data")
        packed.unlink()
        (folder / "whole").touch()
    return LocalTree(str(folder / "files" / "package"))


def entry(tree: LocalTree, name: str) -> Entry:
    return next(e for e in tree.entries() if e.name == name)


def test_every_resource_of_a_data_package(vega: LocalTree) -> None:
    found = datapackage.collect(vega, entry(vega, "datapackage.json"), CONTEXT)
    said = {(p.scope, p.text) for p in found.passages}
    assert ("data:collection", "BSD-3-Clause") in said
    assert ("subset:icon_7zip", "GNU Lesser General Public License") in said
    assert ("subset:airports", "other-open") in said
    assert len(found.passages) == 62
    assert len(found.links) == 94
    assert found.gaps == ()
    assert all(p.location.line for p in found.passages)


def test_the_schema_of_arrow_and_parquet(vega: LocalTree) -> None:
    arrow = entry(vega, "flights-200k.arrow")
    file = Ranges(vega, arrow)
    assert arrow_schema.columns(file) == ["delay", "distance", "time"]
    parquet = entry(vega, "flights-3m.parquet")
    assert parquet_footer.columns(Ranges(vega, parquet)) == [
        "date",
        "delay",
        "distance",
        "origin",
        "destination",
    ]
    for reader, found in ((arrow_schema, arrow), (parquet_footer, parquet)):
        read = reader.collect(vega, found, CONTEXT)
        assert (read.passages, read.gaps) == ((), ())
