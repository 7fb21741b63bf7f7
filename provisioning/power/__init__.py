"""Restarting, switching off and starting over: asked for with a reason, done when calls allow it."""
