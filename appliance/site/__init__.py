"""The site document: what makes this box this branch."""
