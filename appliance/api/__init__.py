"""The contract between core and its clients, and the wire under it."""
