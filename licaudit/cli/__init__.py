"""The command line: parses, prints, decides nothing. Heavy imports stay inside the commands."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the `licaudit` command; every planned error is one sentence on stderr."""
    from licaudit.cli.app import app
    from licaudit.errors import LicauditError

    try:
        app()
    except LicauditError as error:
        sys.stderr.write(f"licaudit: {error.sentence()}\n")
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        sys.stderr.write("licaudit: interrupted; nothing was written.\n")
        raise SystemExit(4) from None
