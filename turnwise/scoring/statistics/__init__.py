"""Numbers with their uncertainty: pure functions of arrays, one entry per scenario, which know nothing of dialogues."""
