"""`licaudit lock TARGET`: pin what is known of every upstream, for `audit --locked`."""

from __future__ import annotations

from typing import Annotated

import typer

from licaudit.cli import options
from licaudit.cli.audit import carry_out, lock_of
from licaudit.errors import UsageError


def command(
    target: options.Target,
    config: options.Config = None,
    print_only: Annotated[
        bool, typer.Option("--print", help="Print the lock in place of writing it.")
    ] = False,
) -> None:
    """Write licaudit.lock beside the target's licaudit.yaml."""
    from licaudit.reporting.lock import write

    result = carry_out(options.request(target, None, None, None, None, config), "en")
    data = write(result)
    if print_only:
        typer.echo(data.decode(), nl=False)
        return
    path = lock_of(target)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(
            f"the lock cannot be written ({error.strerror})", where=str(path)
        ) from error
    typer.echo(str(path))
