"""Customers: who they are, their numbers, what was said and done, and the index that finds them as one types."""

from __future__ import annotations

from peewee import SqliteDatabase

STATEMENTS = (
    # `merged_into` customers stay for their history; nothing finds them.
    """CREATE TABLE customers (
        id INTEGER PRIMARY KEY,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        organisation TEXT NOT NULL,
        address TEXT NOT NULL,
        grade TEXT,
        since TEXT,
        changed REAL NOT NULL,
        merged_into INTEGER REFERENCES customers
    ) STRICT""",
    "CREATE INDEX customers_changed ON customers (changed) WHERE merged_into IS NULL",
    "CREATE INDEX customers_graded ON customers (grade) WHERE grade IS NOT NULL",
    # Canonical: E.164 or bare digits; `tail` is its last four.
    """CREATE TABLE customer_numbers (
        customer INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
        position INTEGER NOT NULL,
        number TEXT NOT NULL,
        tail TEXT NOT NULL,
        kind TEXT NOT NULL,
        extension TEXT NOT NULL,
        note TEXT NOT NULL,
        PRIMARY KEY (customer, position)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX customers_by_number ON customer_numbers (number)",
    "CREATE INDEX customers_by_tail ON customer_numbers (tail)",
    """CREATE TABLE customer_tags (
        customer INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (customer, tag)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE customer_consents (
        customer INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
        kind TEXT NOT NULL,
        given INTEGER NOT NULL,
        at REAL NOT NULL,
        how TEXT NOT NULL,
        PRIMARY KEY (customer, kind)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE customer_notes (
        id INTEGER PRIMARY KEY,
        customer INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
        at REAL NOT NULL,
        by TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX customer_notes_of ON customer_notes (customer, at)",
    """CREATE TABLE customer_history (
        id INTEGER PRIMARY KEY,
        customer INTEGER NOT NULL REFERENCES customers ON DELETE CASCADE,
        at REAL NOT NULL,
        by TEXT NOT NULL,
        what TEXT NOT NULL,
        field TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX customer_history_of ON customer_history (customer, id)",
    # `before` and `after` are the survivor's facts as JSON: undoing takes out what the merge brought.
    """CREATE TABLE customer_merges (
        id INTEGER PRIMARY KEY,
        survivor INTEGER NOT NULL REFERENCES customers,
        other INTEGER NOT NULL REFERENCES customers,
        at REAL NOT NULL,
        by TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        undone REAL
    ) STRICT""",
    "CREATE INDEX customer_merges_of ON customer_merges (survivor)",
    # Imported customers that the index has yet to take in.
    "CREATE TABLE customer_unindexed (customer INTEGER PRIMARY KEY) STRICT",
    # appliance.desk.pieces says what is in it and why it is cut like that.
    """CREATE VIRTUAL TABLE customer_pieces USING fts5 (
        start, name, rest, numbers, columnsize = 0, prefix = '1 2', tokenize = 'unicode61'
    )""",
    # Which calls are this number's, newest first: the caller as the line gave it.
    "CREATE INDEX calls_by_caller ON calls (caller, started)",
    "CREATE INDEX calls_by_called ON calls (called, started)",
)


def up(migrator: object, db: SqliteDatabase) -> None:
    """Create them; the runner holds the transaction."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
