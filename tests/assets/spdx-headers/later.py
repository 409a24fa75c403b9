# SPDX-License-Identifier: GPL-2.0+
A = 1
