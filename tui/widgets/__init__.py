"""What screens are made of; each widget brings its own look and keys."""
