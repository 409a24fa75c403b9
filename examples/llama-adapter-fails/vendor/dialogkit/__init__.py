# SPDX-FileCopyrightText: 2023 The dialogkit authors
# SPDX-License-Identifier: AGPL-3.0-only
"""dialogkit: keep a conversation and lay it out as a prompt."""

from .dialog import Dialog
from .layout import render

__all__ = ["Dialog", "render"]
