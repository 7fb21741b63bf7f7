"""What only root sees, laid down once an hour for health: disks by SMART, the last day of each certificate."""
