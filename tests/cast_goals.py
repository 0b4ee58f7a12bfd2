"""A goal writer for the loopback endpoint: it reads tools and rows out of the prompt, errs often, and mends some of it.

What it says depends on nothing but the messages so far, so any number of runs get the same goals.
"""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

from endpoint import Body, shape_of

Draft = dict[str, Any]
Rows = dict[str, list[dict[str, Any]]]
Piece = tuple[str, list[Draft]]
"""What is wanted, and the requests that get it."""

ASKED = re.compile(r"Write (\d+) new goals, of these difficulties in this order: ([a-z, ]+)\.")
COMPLAINT = re.compile(r"(?m)^\d+\. '(.*)':$")


def goal_writer(body: Body) -> str | None:
    """The reply of a model that writes goals, as JSON; None when the request is not for goals."""
    if shape_of(body) != "GoalDrafts":
        return None
    said = [message["content"] for message in body["messages"] if message["role"] == "user"]
    prompt = body["messages"][0]["content"]
    rows = rows_in(prompt)
    planned: dict[int, Draft] = {}
    for message in said:
        if asked := ASKED.search(message):
            first = len(re.findall(r"(?m)^- (?!\(none yet\))", message.partition("may resemble:\n")[2]))
            newest = [
                planned_goal(rows, level, first + n, parts_in(prompt)) for n, level in enumerate(asked[2].split(", "))
            ]
            planned |= {goal["number"]: goal for goal in newest}
    if ASKED.search(said[-1]):
        return json.dumps({"goals": [with_fault(planned, goal["number"]) for goal in newest]})
    again = []
    for description in COMPLAINT.findall(said[-1]):
        number = next(number for number, goal in planned.items() if goal["description"] == description)
        mends = FAULTS.get(number % ROUND, (None, True))[1]
        again.append(public(planned[number]) if mends else with_fault(planned, number))
    return json.dumps({"goals": again})


def rows_in(prompt: str) -> Rows:
    """The rows that a prompt shows, by table."""
    rows: Rows = {}
    for line in prompt.splitlines():
        if table := re.match(r"-- (\w+), \d+ rows", line):
            rows[table[1]] = []
        elif line.startswith('--   {"') and rows:
            rows[list(rows)[-1]].append(json.loads(line[2:]))
    return rows


def public(goal: Draft) -> Draft:
    """A goal without what only the cast needs."""
    return {key: value for key, value in goal.items() if key != "number"}


# --- what goals are made of --------------------------------------------------------------------------------------


def call(tool: str, **arguments: Any) -> Draft:
    return {"tool": tool, "arguments": arguments}


def result(number: int, field: str) -> Draft:
    return {"from_call": number, "field": field}


def tell(label: str, number: int, field: str) -> Draft:
    return {"label": label, "from_call": number, "field": field}


def request(question: str, calls: list[Draft], *tells: Draft, **facts: Any) -> Draft:
    stated = [{"label": label.replace("_", " "), "value": value} for label, value in facts.items()]
    return {"question": question, "facts": stated, "calls": calls, "tells": list(tells)}


def library_parts(rows: Rows, turn: int) -> list[Piece]:
    """Pieces of goals in a library: what is wanted, and one or two requests; calls count from 1 in each piece."""
    member, book, branch, author = (rows[t][turn % len(rows[t])] for t in ("members", "books", "branches", "authors"))
    name, title = f"{member['first_name']} {member['last_name']}", book["title"]
    phone, list_name = f"0{turn}55 2{turn}71", f"Rainy evenings {turn}"
    return [
        (f"Know when {name} joined and which branch is home to them.", [
            request(f"Since when has {name} been a member?", [call("find_members", name=name)],
                    tell("join date", 1, "rows.0.join_date"), member=name),
            request("And which branch is their home?", [call("get_branch", branch_id=result(1, "rows.0.home_branch_id"))],
                    tell("home branch", 2, "name"))]),
        (f"See the phone number of {name} replaced by {phone}, and learn what type their membership is.", [
            request(f"Please change the phone number of {name} to {phone}.",
                    [call("find_members", name=name),
                     call("update_member", member_id=result(1, "rows.0.member_id"), phone_number=phone)],
                    member=name, phone_number=phone),
            request("What type of membership is that?", [call("get_member", member_id=result(1, "rows.0.member_id"))],
                    tell("membership type", 3, "membership_type"))]),
        (f"Find out how long the book {title} is, and the country its author comes from.", [
            request(f"How many pages does {title} have?", [call("find_books", title=title)],
                    tell("page count", 1, "rows.0.page_count"), book=title),
            request("Where is its author from?", [call("get_author", author_id=result(1, "rows.0.author_id"))],
                    tell("country", 2, "country"))]),
        (f"Learn the year in which {branch['name']} opened its doors, plus the size of its membership.", [
            request(f"In what year was {branch['name']} opened?", [call("find_branches", name=branch["name"])],
                    tell("opening year", 1, "rows.0.opening_year"), branch=branch["name"]),
            request("How many people call it home?",
                    [call("find_members", home_branch_id=result(1, "rows.0.branch_id"))],
                    tell("members", 2, "count"))]),
        (f"Have a teen reading list called {list_name} set up with {title} on it.", [
            request(f"Set up a reading list called {list_name} for teen readers, please.",
                    [call("create_reading_list", name=list_name, audience="teen")], name=list_name),
            request(f"Put {title} on it.",
                    [call("find_books", title=title),
                     call("add_book_to_reading_list", reading_list_id=result(1, "reading_list_id"),
                          book_id=result(2, "rows.0.book_id"))], book=title)]),
        (f"Hear which nation writer {author['name']} belongs to, with a tally of their titles here.", [
            request(f"Which country does {author['name']} come from?", [call("find_authors", name=author["name"])],
                    tell("country", 1, "rows.0.country"), author=author["name"]),
            request("How many titles of theirs do you have?",
                    [call("find_books", author_id=result(1, "rows.0.author_id"))],
                    tell("titles", 2, "count"))]),
        (f"Get {title} reserved for {name}, to be fetched at {branch['name']}.", [
            request(f"Reserve {title} for {name}; it will be picked up at {branch['name']}.",
                    [call("find_members", name=name), call("find_books", title=title),
                     call("find_branches", name=branch["name"]),
                     call("create_reservation", member_id=result(1, "rows.0.member_id"), book_id=result(2, "rows.0.book_id"),
                          pickup_branch_id=result(3, "rows.0.branch_id"))],
                    tell("reservation number", 4, "reservation_id"), book=title, member=name, branch=branch["name"]),
            request("How many reservations are there for it altogether?",
                    [call("find_reservations", book_id=result(2, "rows.0.book_id"))],
                    tell("reservations", 5, "count"))]),
    ]  # fmt: skip


def flight_parts(_: Rows, turn: int) -> list[Piece]:
    """Pieces of goals for the simulated airline of `test_goal_writing`."""
    day, city = f"2025-03-{turn % 20 + 10}", ["Lisbon", "Oslo", "Turin", "Ghent", "Split"][turn % 5]
    return [
        (f"Fly to {city} on {day} as Mara Quist.", [
            request(f"What flights are there to {city} on {day}?", [call("find_flights", city=city, day=day)],
                    tell("departure", 1, "0.departure"), city=city, day=day),
            request("Book the first one for Mara Quist.",
                    [call("book_flight", flight_id=result(1, "0.flight_id"), passenger="Mara Quist", seats=1)],
                    tell("booking code", 2, "code"), passenger="Mara Quist")]),
        (f"Hear how warm {city} gets and which airlines serve it.", [
            request(f"What is the weather like in {city}?", [call("get_weather", city=city, unit="celsius")],
                    tell("temperature", 1, "temperature"), city=city),
            request("Who flies there?", [call("list_airlines", city=city)], tell("airline", 2, "0.name"))]),
        (f"Get bag rules for {city} settled: allowance first, fee afterwards.", [
            request(f"How much luggage may I take to {city}?", [call("get_baggage", city=city)],
                    tell("allowance", 1, "kilograms"), city=city),
            request("And what does more cost?", [call("get_fee", rule_id=result(1, "rule_id"))],
                    tell("fee", 2, "amount"))]),
    ]  # fmt: skip


def clinic_parts(rows: Rows, turn: int) -> list[Piece]:
    """Pieces of goals for the veterinary clinic of `cast_synthesis`."""
    owner = rows["owners"][turn % len(rows["owners"])]["name"]
    other = rows["owners"][(turn + 1) % len(rows["owners"])]["name"]
    vet = rows["vets"][turn % len(rows["vets"])]
    pet, phone = ["Pepper", "Biscuit", "Olive", "Juno", "Moss"][turn % 5], f"0{turn}9-77{turn:02}"
    return [
        (f"Have the phone number of {owner} changed to {phone} and hear the mail address on file.", [
            request(f"Please set the phone number of {owner} to {phone}.",
                    [call("search_owners", name=owner),
                     call("update_owner_phone", owner_id=result(1, "0.owner_id"), phone=phone)],
                    owner=owner, phone=phone),
            request("And what email address do you have there?", [call("search_owners", name=owner)],
                    tell("email", 3, "0.email"))]),
        (f"Have a cat called {pet} added to the files of {other}, whose number should be confirmed.", [
            request(f"Could you add {pet}, a cat, for {other}?",
                    [call("search_owners", name=other),
                     call("add_pet", owner_id=result(1, "0.owner_id"), name=pet, species="cat")],
                    pet=pet, owner=other),
            request("Which phone number do you have for them?", [call("search_owners", name=other)],
                    tell("phone", 3, "0.phone"))]),
        (f"Learn who looks at {vet['specialty']}, then how many visits of up to {turn + 40} are done.", [
            request(f"Who does {vet['specialty']} here?", [call("list_vets", specialty=vet["specialty"])],
                    tell("vet", 1, "0.name"), specialty=vet["specialty"]),
            request(f"How many visits that cost up to {turn + 40} are done?",
                    [call("get_fees", status="done", most=turn + 40)], tell("visits", 2, "visits"), most=turn + 40)]),
    ]  # fmt: skip


def ticket_parts(_: Rows, turn: int) -> list[Piece]:
    """Pieces of goals for `examples/tickets.json`."""
    what = ["jazz", "opera", "circus", "ballet", "comedy"][turn % 5]
    who = ["Ana Roth", "Bill Okafor", "Cleo Marsh", "Dag Holm", "Emmy Vance"][turn % 5]
    return [
        (f"Find {what} and book 2 seats for {who}.", [
            request(f"What {what} is on?", [call("search_events", query=what)], tell("title", 1, "0.title"), query=what),
            request(f"Book 2 seats for {who}, please.",
                    [call("book_tickets", event_id=result(1, "0.event_id"), customer_name=who, seats=2)],
                    tell("booking", 2, "booking_id"), customer=who, seats=2)]),
        (f"Hear when booking {turn + 70} takes place, and have it cancelled.", [
            request(f"When is booking {turn + 70}?", [call("get_booking", booking_id=turn + 70)],
                    tell("date", 1, "date"), booking=turn + 70),
            request("Cancel it.", [call("cancel_booking", booking_id=turn + 70)], tell("status", 2, "status"))]),
        (f"Know what a seat at event {turn + 11} costs and where {what} plays.", [
            request(f"What does a seat at event {turn + 11} cost?", [call("get_event", event_id=turn + 11)],
                    tell("price", 1, "price"), event=turn + 11),
            request(f"And where does {what} play?", [call("search_events", query=what)], tell("venue", 2, "0.venue"),
                    query=what)]),
    ]  # fmt: skip


def parts_in(prompt: str) -> Callable[[Rows, int], list[Piece]]:
    """The pieces for the world that a prompt is about."""
    for tool, parts in (
        ("update_owner_phone", clinic_parts),
        ("book_tickets", ticket_parts),
        ("find_flights", flight_parts),
    ):
        if f'"{tool}"' in prompt or f"{tool}(" in prompt or f"- {tool}" in prompt:
            return parts
    return library_parts


def planned_goal(
    rows: Rows, level: str, number: int, pieces_of: Callable[[Rows, int], list[Piece]] | None = None
) -> Draft:
    """A goal that holds. It has one, two or three pieces, and which they are differs from goal to goal."""
    parts = (pieces_of or (library_parts if rows else flight_parts))(rows, number)
    pieces = {"easy": 1, "medium": 2, "hard": 3}[level]
    step = 1 + number // len(parts) % (len(parts) - 1) if len(parts) > 3 else 1
    chosen = [parts[(number + n * step) % len(parts)] for n in range(pieces)]
    requests: list[Draft] = []
    for _, piece in chosen:
        before = sum(len(asked["calls"]) for asked in requests)
        requests += [shifted(asked, before) for asked in piece]
    wanted = " ".join(text for text, _ in chosen)
    tools = [made["tool"] for asked in requests for made in asked["calls"]]
    rubric = [
        {"kind": "critical", "text": "All that was asked for is told or done, as the tools return it."},
        {"kind": "structural", "text": f"Uses {tools[0]}.", "tool": tools[0]},
        {"kind": "non_critical", "text": "Speaks of <the record> by its name."},
    ]
    return {
        "number": number,
        "difficulty": level,
        "description": wanted,
        "question": f"Could you help me with this: {wanted}",
        "requests": requests,
        "rubric": rubric,
    }


def shifted(asked: Draft, by: int) -> Draft:
    """A request whose references to calls count from further on."""

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: v + by if k == "from_call" else moved(v) for k, v in value.items()}
        return [moved(item) for item in value] if isinstance(value, list) else value

    return {key: moved(value) for key, value in asked.items()}


# --- what goes wrong ---------------------------------------------------------------------------------------------


def unknown_tool(goal: Draft) -> None:
    goal["requests"][0]["calls"][0]["tool"] = "find_everything"


def guessed_id(goal: Draft) -> None:
    for asked in goal["requests"]:
        for made in asked["calls"]:
            for name, value in made["arguments"].items():
                if isinstance(value, dict):
                    made["arguments"][name] = 98765
                    return


def wrong_rubric(goal: Draft) -> None:
    goal["rubric"].append({"kind": "critical", "text": "The total of 987.65 is named."})


def too_many_requests(goal: Draft) -> None:
    goal["requests"] = goal["requests"] * 7


def unsaid_fact(goal: Draft) -> None:
    goal["requests"][0]["facts"].append({"label": "card number", "value": "LX-2231"})


def later_call(goal: Draft) -> None:
    goal["requests"][0]["calls"][0]["arguments"] = {"query": result(40, "name")}


def unfit_argument(goal: Draft) -> None:
    goal["requests"][0]["calls"][0]["arguments"] = {"page": 0}


REPEAT = "the goal before, once more"
FAULTS: dict[int, tuple[Callable[[Draft], None] | str, bool]] = {
    1: (unknown_tool, True),
    3: (guessed_id, True),
    4: (wrong_rubric, True),
    6: (REPEAT, False),
    7: (too_many_requests, False),
    9: (unsaid_fact, True),
    10: (later_call, True),
    12: (unfit_argument, False),
}
"""Which goals are faulty, and whether they are mended when that is said."""
ROUND = 14


def with_fault(planned: dict[int, Draft], number: int) -> Draft:
    """A goal as it is first proposed."""
    goal = copy.deepcopy(planned[number])
    fault, _ = FAULTS.get(number % ROUND, (None, None))
    if fault == REPEAT and number - 1 in planned:
        goal = copy.deepcopy(planned[number - 1])
    elif callable(fault):
        fault(goal)
    return public(goal)
