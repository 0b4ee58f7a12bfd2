"""A world by a language model in the role `synthesizer`: what it proposes is checked and run before it is kept."""
