"""Numbered changes of the schema. One that has shipped is never edited: add the next one."""
