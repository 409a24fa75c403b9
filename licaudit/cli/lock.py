"""`licaudit lock TARGET`: pin what is known of every upstream, for `audit --locked`."""

from __future__ import annotations

from typing import Annotated

import typer

from licaudit.cli import intent_flags, options, requests
from licaudit.cli.audit import carry_out, lock_of
from licaudit.errors import UsageError


def command(
    target: options.Target,
    config: options.Config = None,
    print_only: Annotated[
        bool, typer.Option("--print", help="Print the lock in place of writing it.")
    ] = False,
    offline: options.Offline = False,
    depth: options.Depth = None,
    allow_private: options.AllowPrivate = None,
    release_as: intent_flags.ReleaseAs = None,
    intent: intent_flags.Values = None,
) -> None:
    """Write licaudit.lock beside the target's licaudit.yaml."""
    from licaudit.reporting.lock import parse, write

    reading = requests.reading(offline, allow_private)
    request = requests.request(
        target,
        None,
        None,
        None,
        None,
        config,
        depth=depth,
        reading=reading,
        relock=True,
        said=intent_flags.given(release_as, intent),
    )
    result = carry_out(request, "en")
    data = write(result)
    pinned = parse(data, "licaudit.lock").pinned.values()
    if unread := sum(item.unread for item in pinned):
        words = f"licaudit: {unread} of {len(pinned)} upstreams could not be read"
        typer.echo(f"{words}; the lock will not answer for them.", err=True)
    if print_only:
        typer.echo(data.decode(), nl=False)
        return
    path = lock_of(target, reading)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(
            f"the lock cannot be written ({error.strerror})", where=str(path)
        ) from error
    typer.echo(str(path))
