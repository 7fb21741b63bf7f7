"""Core: answers the contract; the only door for people, and the only writer of `site.db`."""
