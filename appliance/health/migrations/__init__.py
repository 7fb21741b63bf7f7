"""Numbered changes of health.db's schema. One that has shipped is never edited: add the next one."""
