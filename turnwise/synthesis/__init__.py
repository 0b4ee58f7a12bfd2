"""Seeds become worlds and goals, a folder per stage, rules and model side by side. Never imports dialogue."""
