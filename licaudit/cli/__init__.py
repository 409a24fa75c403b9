"""The command line: parses, prints, decides nothing. Heavy imports stay inside the commands."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Entry point of the `licaudit` command; every error is one sentence on stderr."""
    gc.set_threshold(50_000, 20, 20)  # most of what is loaded stays: looking for waste costs 6 %
    from licaudit.cli.app import app
    from licaudit.errors import INCOMPLETE, LicauditError

    for stream in (sys.stdout, sys.stderr):
        # A name that this terminal cannot show is no reason to fall over.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    _warn_of_cache()
    try:
        app(prog_name="licaudit")
    except LicauditError as error:
        _say(error.sentence())
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        # Python's own code for a crash is 1, which tells a pipeline that a license forbids it.
        if os.environ.get("LICAUDIT_DEBUG"):
            raise
        _say(
            f"the audit broke off on a fault of licaudit itself ({type(error).__name__}: {error}). "
            "Please report it; LICAUDIT_DEBUG=1 shows where it happened."
        )
        raise SystemExit(INCOMPLETE) from None


def _warn_of_cache() -> None:
    from licaudit.settings import cache_home

    home = cache_home()
    there = next((p for p in (home, *home.parents) if p.exists()), home)
    if not there.is_dir() or not os.access(there, os.W_OK):
        _say(
            f"{home} cannot be written to, so nothing is kept between runs and each is slow. "
            "Set XDG_CACHE_HOME to a folder that can."
        )


def _say(sentence: str) -> None:
    from licaudit.reporting.visible import visible

    sys.stderr.write(f"licaudit: {' '.join(visible(sentence).split())}\n")
