"""What the box can do on this machine, measured from outside, each figure with its method."""
