"""The `./dev` commands, one file each."""
