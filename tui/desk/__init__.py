"""The agent's desk: one screen, the phone on function keys."""
