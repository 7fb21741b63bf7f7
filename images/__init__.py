"""Root file system, container, disk image, and the `./dev` commands."""
