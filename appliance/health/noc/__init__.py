"""What the NOC is answered: bytes made once at each look, so that a storm of polls costs nothing."""
