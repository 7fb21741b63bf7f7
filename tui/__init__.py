"""The terminal: a Textual application, the `branchbox` command, the login shell of people."""
