"""One episode: the loop, the state that a dialogue has reached, replay, resuming. Does not know which agent answers, nor what it is worth."""
