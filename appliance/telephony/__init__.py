"""What Asterisk says: its durable logs become history, its events become the live picture."""
