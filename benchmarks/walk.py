"""The walk upstream against a hub with latency: how much of the waiting is done at the same time.

Usage: `python -m benchmarks.walk [--nodes 1000] [--latency 0.05]`. The hub runs in a process of its
own on loopback and answers in the shape of the real one; walking one after another is timed in the
same run, over as many nodes as `--sequential` says, and scaled up.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

WIDE = 50  # upstreams of one node
ROOT = Path(__file__).parents[1]


def main() -> int:
    """Print the figures, and exit with 1 when one of them misses its mark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=1_000)
    parser.add_argument("--sequential", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        return _serve(args.nodes, args.latency)
    command = [sys.executable, "-m", "benchmarks.walk", "--serve"]
    command += ["--nodes", str(args.nodes), "--latency", str(args.latency)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as hub:
        try:
            assert hub.stdout is not None
            return _measure(hub.stdout.readline().strip(), args)
        finally:
            hub.terminate()


def _measure(url: str, args: argparse.Namespace) -> int:
    os.environ |= {"HF_ENDPOINT": url, "HF_HUB_CACHE": tempfile.mkdtemp(), "HF_TOKEN": ""}
    from licaudit.sources.web import Policy

    few = min(args.sequential, args.nodes)
    _walk(2, 1)  # warm: imports, the first connection
    alone = _walk(few, 1) * args.nodes / few
    _asked(url)
    together = _walk(args.nodes, 16)
    most, requests = _asked(url)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    limit = Policy().per_host
    print(f"{args.nodes} upstreams, {requests} requests of {args.latency * 1000:.0f} ms each")
    print(f"one after another {alone:8.1f} s  (scaled up from {few})")
    print(f"as licaudit walks {together:8.1f} s  = 1/{alone / together:.1f}")
    print(f"in flight         {most:8d}    (limit {limit})")
    print(f"peak memory       {memory:8.0f} MB")
    return 0 if together * 6 < alone and most <= limit and memory < 400 else 1


def _walk(nodes: int, workers: int) -> float:
    """Wall seconds to walk the first so many nodes from a card that names the first one."""
    from licaudit.expand import Material, follow
    from licaudit.facts import Artifact, Collected, Link
    from licaudit.sources.session import POLICY, Reading, Session
    from licaudit.sources.web import Web

    first = "pkg:huggingface/acme/m0"
    link = Link("local:.", first, "fine_tuned_from")
    target = Material("local:.", Collected((Artifact("local:.", "model", "x"),), links=(link,)))
    reading = Reading(policy=replace(POLICY, retries=0), workers=workers, most=nodes)
    clock = time.perf_counter()
    found = follow(target, Session(Web(reading.policy)), reading)
    seconds = time.perf_counter() - clock
    read = sum(a.revision is not None for a in found.collected.artifacts)
    if read < nodes:
        sys.exit(f"only {read} of {nodes} upstreams were read")
    return seconds


def _asked(url: str) -> tuple[int, int]:
    """Most requests at the same time and all of them, since the last question."""
    with urllib.request.urlopen(f"{url}/stats") as answer:
        most, requests = answer.read().split()
    return int(most), int(requests)


def _serve(nodes: int, latency: float) -> int:
    from tests.sources.hubs import HuggingFace
    from tests.sources.loopback import Asked, Reply

    hub = HuggingFace()
    for number in range(nodes):
        bases = range(number * WIDE + 1, min((number + 1) * WIDE + 1, nodes))
        names = ", ".join(f"acme/m{n}" for n in bases)
        card = f"---\nlicense: mit\nbase_model: [{names}]\n---\n# Model {number}\n"
        hub.add(f"acme/m{number}", {"README.md": card.encode(), "config.json": b"{}"})
    answer, lock = hub.server.answer, threading.Lock()
    now, most, count = 0, 0, 0

    def late(asked: Asked) -> Reply | None:
        nonlocal now, most, count
        if asked.path == "/stats":
            said = f"{most} {count}"
            most = count = 0
            return Reply(200, said.encode())
        with lock:
            now, count = now + 1, count + 1
            most = max(most, now)
        time.sleep(latency)
        try:
            return answer(asked)
        finally:
            with lock:
                now -= 1

    hub.server.answer = late
    with hub.server.running():
        print(hub.server.url, flush=True)
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
