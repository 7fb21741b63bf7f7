"""The disk image and the update bundle, made of the root file system's layers."""
