"""What is measured: the same scenarios, by a task-oriented and by a user-oriented user."""
