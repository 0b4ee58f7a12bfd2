"""Episodes for trainers: the same dialogues, users and scores, behind the interfaces that training code expects."""
