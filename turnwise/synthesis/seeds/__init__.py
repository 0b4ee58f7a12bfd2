"""Seeds as people bring them: databases, SQL scripts, tool specs, words. Knows no goals."""
