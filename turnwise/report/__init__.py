"""What came of it: arms side by side as a table and a plot, and worlds and dialogues as a person reads them."""
