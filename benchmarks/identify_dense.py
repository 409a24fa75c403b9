"""A tree whose files nearly all speak of licenses: sources with headers, and copyright files.

`python -m benchmarks.identify_dense FOLDER`. Packages come through the user's own go, mvn and
cargo, at the versions below; from each a seeded draw of files is copied. Debian's copyright files
come from this machine, and are left out where there are none. What cannot be had is said.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

MOST = 110  # files of one package, so that none of them sets the picture
SEED = 20261122
PACKAGES: tuple[tuple[str, str, str], ...] = (
    ("go", "golang.org/x/net", "v0.40.0"),
    ("go", "k8s.io/apimachinery", "v0.33.0"),
    ("go", "github.com/hashicorp/hcl/v2", "v2.23.0"),
    ("go", "github.com/ethereum/go-ethereum", "v1.15.11"),
    ("mvn", "javax.servlet:javax.servlet-api", "4.0.1"),
    ("mvn", "org.hibernate:hibernate-envers", "5.6.15.Final"),
    ("mvn", "org.eclipse.jetty:jetty-http", "9.4.57.v20241219"),
    ("mvn", "ch.qos.logback:logback-core", "1.5.18"),
    ("mvn", "com.h2database:h2", "2.3.232"),
    ("mvn", "com.itextpdf:itextpdf", "5.5.13.4"),
    ("mvn", "org.eclipse.jgit:org.eclipse.jgit", "6.10.0.202406032230-r"),
    ("mvn", "org.apache.commons:commons-compress", "1.27.1"),
    ("cargo", "libgit2-sys", "0.18.1+1.9.0"),
    ("cargo", "ring", "0.17.14"),
    ("cargo", "zstd-sys", "2.0.15+zstd.1.5.7"),
    ("cargo", "curl-sys", "0.4.80+curl-8.12.1"),
)
COPYRIGHTS = Path("/usr/share/doc")


def main() -> int:
    """Build the tree; 1 when a package could not be had."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    lost = 0
    for kind, name, release in PACKAGES:
        with tempfile.TemporaryDirectory() as scratch:
            try:
                source = GETTERS[kind](name, release, Path(scratch))
                count = draw(source, folder / kind / name.replace("/", "_").replace(":", "_"))
                print(f"{count:5} files  {kind} {name} {release}")
            except (OSError, ValueError, subprocess.CalledProcessError) as error:
                lost += 1
                print(f"    not had: {kind} {name} {release} ({error})", file=sys.stderr)
    found = sorted(COPYRIGHTS.glob("*/copyright"))
    for path in random.Random(SEED).sample(found, min(MOST, len(found))):
        target = folder / "debian" / path.parent.name / "copyright"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    print(f"{min(MOST, len(found)):5} files  debian copyright")
    return 1 if lost else 0


def draw(source: Path, target: Path) -> int:
    """Copy a seeded draw of a folder's files, paths kept; how many."""
    files = sorted(p for p in source.rglob("*") if p.is_file() and not p.is_symlink())
    chosen = random.Random(SEED).sample(files, min(MOST, len(files)))
    for path in chosen:
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    return len(chosen)


def _go(name: str, release: str, scratch: Path) -> Path:
    said = _run(["go", "mod", "download", "-json", f"{name}@{release}"], scratch)
    return Path(str(json.loads(said)["Dir"]))


def _mvn(name: str, release: str, scratch: Path) -> Path:
    wanted = f"-Dartifact={name}:{release}:jar:sources"
    _run(["mvn", "-q", "-B", "dependency:copy", wanted, f"-DoutputDirectory={scratch}"], scratch)
    jar = next(scratch.glob("*-sources.jar"), None)
    if jar is None:
        raise ValueError("no sources")
    with zipfile.ZipFile(jar) as archive:
        archive.extractall(scratch / "out")
    return scratch / "out"


def _cargo(name: str, release: str, scratch: Path) -> Path:
    """Cargo fetches what an otherwise empty package needs; the archive is then in its cache."""
    plain = release.partition("+")[0]
    wanted = f'[package]\nname = "empty"\nversion = "0.0.0"\n[dependencies]\n{name} = "={plain}"\n'
    (scratch / "Cargo.toml").write_text(wanted)
    (scratch / "src").mkdir()
    (scratch / "src" / "lib.rs").touch()
    _run(["cargo", "vendor", "--quiet", "vendor"], scratch)
    return scratch / "vendor" / name


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


GETTERS: dict[str, Callable[[str, str, Path], Path]] = {"go": _go, "mvn": _mvn, "cargo": _cargo}


if __name__ == "__main__":
    sys.exit(main())
