"""How a user asks again: by halves, in other words, as often as it has patience; and what it says when it gives up.

What was supplied or put right and not heard is said once more; what is refused is questioned once, by temper.
"""

import random
from collections.abc import Sequence

from turnwise.users import memory
from turnwise.users.behaviour import Behaviour
from turnwise.users.hearing import Heard
from turnwise.users.replying import Replies
from turnwise.users.signs import sign
from turnwise.users.standing import Message, OpenRequest, Standing
from turnwise.users.style import led
from turnwise.users.turns import DialogueAct, Reply
from turnwise.users.wording import Wording
from turnwise.users.wording.topics import WH
from turnwise.values.states import mentions


class AskingAgain:
    """What one user does when it is not heard, not understood, or refused."""

    def __init__(
        self, behaviour: Behaviour, voice: Wording, standing: Standing, rng: random.Random, replies: Replies
    ) -> None:
        self._behaviour = behaviour
        self._voice = voice
        self._at = standing
        self._rng = rng
        self._replies = replies

    def says_again(self, reply: Reply, item: OpenRequest, message: Message) -> bool:
        """Whether this was said already: in this message, or before, which is said once more and then let be."""
        request = item.request
        details = self._replies.details(request, reply.slots)
        if not reply.slots and request.subject is not None:
            details = self._voice.mention(request.subject, self._at.plain_ground)
        if item.reaction is None or item.reaction[1] != details:
            item.reaction = (reply.kind, details)
            return False
        alone = self._replies.details(request, reply.slots, asked=True)
        if DialogueAct("supply", request.id) in message.acts or any(
            details in part or alone in part for part in message.parts
        ):
            return True
        if mentions(self._at.heard[-1], details):  # the assistant has it: what it asks is something else
            message.add(self._replies.worded(Reply("dont_mind", "just_that"), request), "dont_mind", request.id)
            return True
        if item.tries >= self._behaviour.patience:
            self.give_up(item, message)
        else:
            item.tries += 1
            denies = (
                reply.form == "not_that_value" and item.reaction[0] != "correct"
            )  # another was proposed in its place
            words = self._replies.worded(reply, request) if denies else self._replies.again(details, item.tries)
            item.reaction = (reply.kind, details)
            message.add(words, reply.kind, request.id)
        return True

    def add_details(self, item: OpenRequest, message: Message, form: str = "add_details") -> None:
        """Give the rest of what was withheld."""
        details = self._replies.details(item.request, item.withheld)
        item.withheld, item.reaction = [], ("supply", details)
        message.add(self._voice.say(form, details=details), "supply", item.request.id)

    def miss(self, item: OpenRequest, message: Message, acts: Sequence[Heard] = (), how: str = "") -> None:
        """Ask again, first for what was missed and then in other words, or give up once patience is spent.

        Args:
            how: `silent` where nothing was said, `plainly` where it was not understood.
        """
        request = item.request
        if item.tries >= self._behaviour.patience:
            self.give_up(item, message)
            return
        item.tries += 1
        if item.reaction is not None and self._at.took_in(item, item.reaction[1]):
            item.reaction = None
        if item.reaction is not None and how != "silent":  # the rest was heard: only this is said again
            kind, details = item.reaction
            message.add(self._replies.again(details, item.tries), kind, request.id)
            return
        reports = memory.reports_of(request, acts)
        if how == "silent":
            message.add(self._voice.say("silence"), "repeat", request.id)
            if item.tries == 1:
                return
        if left_out := memory.left_out(request, reports):
            message.add(
                self._voice.say("left_out", details=self._replies.details(request, left_out)), "repeat", request.id
            )
        elif item.tries == 1 and not how and request.intent != "ask" and len(request.slots) != 1:
            topic = self._replies.topic(request, self._at.missing(item))
            form = "repeat_writes" if request.writes else "repeat_which" if topic.startswith(WH) else "repeat_reads"
            message.add(self._voice.say(form, topic=topic), "repeat", request.id)
        else:
            firmly = item.tries > 1 and request.intent != "ask"
            form = "repeat.unclear" if how == "plainly" else "repeat.firmly" if firmly else "repeat.softly"
            lead = "" if how == "silent" or (how == "plainly" and self._rng.random() < 0.6) else self._voice.say(form)
            message.add(led(lead, self._replies.in_full(item.request)), "repeat", request.id)

    def not_found(self, act: Heard, item: OpenRequest, message: Message) -> None:
        """Give the full name of what was not found, or call the rest by its proper words; else accept it."""
        subject = item.request.subject
        if item.tries >= self._behaviour.patience or (sign("none", act.said) and not item.request.writes):
            self.give_up(item, message, self._voice.say("accept_missing"))
        elif subject is not None and self._at.nameable(subject) and not mentions(act.said, subject.name):
            item.tries += 1
            who = self._voice.mention(subject, self._at.plain_ground)
            message.add(self._voice.say("full_name", subject=who), "repeat", item.request.id)
        else:
            self.miss(item, message, how="plainly")

    def refused(self, act: Heard, item: OpenRequest, message: Message) -> None:
        """Question a refusal once, by temper, or say it by its proper words where it may have been misheard; else accept it."""
        if item.withheld:
            self.add_details(item, message)
        elif item.tries >= self._behaviour.patience or item.pushed:
            self.give_up(item, message, self._voice.say("accept"))
        elif self._rng.random() < self._behaviour.pushes_back:
            item.pushed = True
            message.add(self._voice.say("push_back"), "push_back", item.request.id)
        elif sign("forbidden", act.said):
            self.give_up(item, message, self._voice.say("accept"))
        else:
            item.pushed = True
            item.tries += 1
            form = "insist_writes" if item.request.writes else "insist_reads"
            topic = self._replies.topic(item.request, self._at.missing(item))
            message.add(self._voice.say(form, topic=topic), "repeat", item.request.id)

    def give_up(self, item: OpenRequest, message: Message, words: str = "") -> None:
        self._at.open.remove(item)
        self._at.dropped.add(item.request.id)
        self._at.given_up.append(item.request)
        message.add(words or self._voice.say("give_up"), "give_up", item.request.id, goes_on=False)

    def put_right(self, item: OpenRequest, message: Message, form: str = "second_thought") -> None:
        """Replace a first thought by what is really wanted."""
        item.wrong = False
        said, details = self._replies.second_thought(item.request, form)
        item.reaction = ("correct", details)
        message.add(said, "correct", item.request.id)
