"""A file of customers (being written)."""

from __future__ import annotations

from tui.screens.page import Page


class CustomerImport(Page):
    """A file of customers."""
