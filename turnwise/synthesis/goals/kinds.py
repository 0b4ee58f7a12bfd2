"""The kinds of request a goal is made of, and how often each is tried."""

from turnwise.synthesis.goals.batch_requests import difference, link_all, update_all
from turnwise.synthesis.goals.drafts import Builder
from turnwise.synthesis.goals.read_requests import children, count, detail, extreme, find, rank, through, top
from turnwise.synthesis.goals.write_requests import adjust, create, delete, link, unlink, update

READS: tuple[tuple[Builder, float], ...] = (
    (detail, 4),
    (through, 1.5),
    (children, 2),
    (extreme, 3),
    (count, 2),
    (difference, 1.5),
    (find, 1.5),
    (rank, 0.2),
    (top, 0.15),
)
WRITES: tuple[tuple[Builder, float], ...] = (
    (update, 3),
    (adjust, 1.5),
    (update_all, 1.5),
    (link_all, 2),
    (create, 2),
    (link, 3),
    (unlink, 1),
    (delete, 2),
)
OPENERS: tuple[tuple[Builder, float], ...] = (
    *READS,
    (rank, 0.5),
    (top, 0.4),
    (update, 2),
    (create, 1),
    (link, 1.5),
    (unlink, 0.5),
)
"""What a goal begins with: more often a question than a change."""
