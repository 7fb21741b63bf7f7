"""The installer's screens of a machine started from the stick: language, disk, what happens, progress."""
