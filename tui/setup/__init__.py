"""First boot at the box's own screen: one question, one file; `steps` has them in order."""
