"""Updates of the whole system: two slots on the disk, RAUC writes the one that does not run."""
