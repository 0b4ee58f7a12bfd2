"""What is wanted and whether it is done. Knows worlds, and neither users nor dialogues."""
