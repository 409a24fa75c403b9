# SPDX-FileCopyrightText: 2023 The dialogkit authors
# SPDX-License-Identifier: AGPL-3.0-only
"""Lay out a conversation with the marks that chat models were trained on."""

HEAD = "<|start_header_id|>{}<|end_header_id|>\n\n"
END = "<|eot_id|>"


def render(dialog):
    """The whole conversation as one prompt that ends where the assistant speaks."""
    turns = [("system", dialog.system), *dialog.turns]
    said = "".join(HEAD.format(speaker) + words + END for speaker, words in turns)
    return "<|begin_of_text|>" + said + HEAD.format("assistant")
