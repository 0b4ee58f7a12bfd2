"""Interaction quality of any transcript, ours or foreign. Knows no goals and no database."""
