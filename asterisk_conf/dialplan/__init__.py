"""extensions.conf: every way that a call can go, one module per station on the way."""
