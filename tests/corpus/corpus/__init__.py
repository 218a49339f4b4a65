# SPDX-License-Identifier: GPL-2.0-or-later
"""The generator of real crashes: recipes, packages, guests, dumps."""
