"""What the box knows and does; no screen, no root."""
