"""What the root side does for the NOC: certificates that the box makes itself, and what is on."""
