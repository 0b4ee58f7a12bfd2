"""Who answers: the loop of a dialogue, and the candidates that come with Turnwise."""
