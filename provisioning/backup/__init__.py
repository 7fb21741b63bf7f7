"""Backup and restore: what goes in (`content`), the file (`archive`, `cipher`), and the work (`backups`, `restore`)."""
