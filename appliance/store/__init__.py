"""`site.db`: what happened at this branch. Only core writes it."""
