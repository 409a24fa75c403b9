# SPDX-FileCopyrightText: 2023 The dialogkit authors
# SPDX-License-Identifier: AGPL-3.0-only
"""A conversation: who said what, oldest first."""


class Dialog:
    """Turns of a conversation under one system prompt; only the last `keep` turns are kept."""

    def __init__(self, system, keep=12):
        self.system, self.keep, self.turns = system, keep, []

    def ask(self, words):
        """Add what the user said."""
        self._add("user", words)

    def answer(self, words):
        """Add what the assistant said."""
        self._add("assistant", words)

    def _add(self, speaker, words):
        self.turns = [*self.turns, (speaker, words.strip())][-self.keep :]
