"""Translations: one catalogue for each language but English, whose texts are the keys."""
