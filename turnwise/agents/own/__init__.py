"""Agents of one's own: a function, a class, a command or an endpoint becomes a candidate."""
