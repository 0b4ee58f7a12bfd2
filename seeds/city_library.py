"""A city library with four branches: what it owns, who borrows it, what is late and what is wanted next."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from _drawing import MAIL_HOSTS, day_between, email, favoured, people, phone_numbers, price, sometimes
from _invented_books import SHELVES
from _writing import Row, inserts

NAME = "city_library"
DOMAIN = "a city library with four branches"
REFERENCE_TIME = "2026-03-02 09:00:00"
DESCRIPTION = (
    "The public library of Wexmoor lends books from four branches and keeps track of members, loans, "
    "reservations and fines. Its librarians also curate reading lists that members follow."
)
POLICY = """\
# Working for Wexmoor City Library

You help the staff, and members who write in. Staff speak for the library: do what they ask, and nothing besides.

- Look things up; never guess an id, a date or an amount.
- When a name fits more than one member or book, ask which one is meant.
- Ask before you delete or remove anything, and before you create a book or a fine. Anything else that was
  asked for needs no second question.
- Members are called by first and last name, books by title, loans, reservations and fines by number.
- A loan usually runs for 21 days, and each renewal adds 14. When staff name another date, theirs counts.
- A loan without a return date is still out. A fine without a payment date is still unpaid.
- Members say who they are. They may see and change what is their own: contact details, loans, reservations, fines.
  What belongs to others is for staff only.
- Prices and fines are in pounds, with two decimals.
- The branches open from Monday to Friday, 10:00 to 19:00, and on Saturday, 10:00 to 16:00. Staff are in from
  half past eight.
- Be friendly and brief: say what you found or did, with its number, and stop.
"""

SCHEMA = """\
CREATE TABLE branches (
    branch_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    street_address TEXT NOT NULL,
    phone_number TEXT NOT NULL,
    opening_year INTEGER NOT NULL
);
CREATE TABLE librarians (
    librarian_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    branch_id INTEGER NOT NULL REFERENCES branches(branch_id),
    hire_date DATE NOT NULL
);
CREATE TABLE authors (
    author_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    country TEXT NOT NULL,
    birth_year INTEGER
);
CREATE TABLE books (
    book_id INTEGER PRIMARY KEY,
    title TEXT NOT NULL UNIQUE,
    author_id INTEGER NOT NULL REFERENCES authors(author_id),
    genre TEXT NOT NULL CHECK (genre IN ('novel', 'crime', 'science fiction', 'history', 'nature', 'food',
        'poetry', 'biography', 'picture book', 'adventure')),
    age_group TEXT NOT NULL DEFAULT 'adult' CHECK (age_group IN ('adult', 'teen', 'child')),
    publication_year INTEGER NOT NULL,
    page_count INTEGER NOT NULL CHECK (page_count > 0),
    price NUMERIC(10,2) NOT NULL CHECK (price >= 0),
    copies_owned INTEGER NOT NULL DEFAULT 1 CHECK (copies_owned >= 0)
);
CREATE TABLE members (
    member_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT UNIQUE,
    phone_number TEXT,
    membership_type TEXT NOT NULL DEFAULT 'adult'
        CHECK (membership_type IN ('adult', 'student', 'senior', 'child')),
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'expired')),
    home_branch_id INTEGER NOT NULL REFERENCES branches(branch_id),
    join_date DATE NOT NULL DEFAULT CURRENT_DATE
);
CREATE TABLE loans (
    loan_id INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES members(member_id),
    book_id INTEGER NOT NULL REFERENCES books(book_id),
    branch_id INTEGER NOT NULL REFERENCES branches(branch_id),
    loan_date DATE NOT NULL DEFAULT CURRENT_DATE,
    due_date DATE NOT NULL,
    return_date DATE,
    renewals INTEGER NOT NULL DEFAULT 0 CHECK (renewals >= 0)
);
CREATE TABLE reservations (
    reservation_id INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES members(member_id),
    book_id INTEGER NOT NULL REFERENCES books(book_id),
    pickup_branch_id INTEGER NOT NULL REFERENCES branches(branch_id),
    reservation_date DATE NOT NULL DEFAULT CURRENT_DATE,
    status TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'ready', 'collected', 'cancelled'))
);
CREATE TABLE fines (
    fine_id INTEGER PRIMARY KEY,
    loan_id INTEGER NOT NULL REFERENCES loans(loan_id),
    reason TEXT NOT NULL DEFAULT 'late' CHECK (reason IN ('late', 'damaged', 'lost')),
    amount NUMERIC(10,2) NOT NULL CHECK (amount > 0),
    issue_date DATE NOT NULL DEFAULT CURRENT_DATE,
    payment_date DATE
);
CREATE TABLE reading_lists (
    reading_list_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    audience TEXT NOT NULL DEFAULT 'adult' CHECK (audience IN ('adult', 'teen', 'child')),
    curator_id INTEGER REFERENCES librarians(librarian_id)
);
CREATE TABLE reading_list_books (
    reading_list_id INTEGER NOT NULL REFERENCES reading_lists(reading_list_id),
    book_id INTEGER NOT NULL REFERENCES books(book_id),
    PRIMARY KEY (reading_list_id, book_id)
);

"""

BRANCHES = (
    ("Quayside", "3 Ropewalk Quay", 1987),
    ("Old Town", "41 Minster Street", 1904),
    ("Fernhill", "118 Fernhill Road", 1962),
    ("Station Square", "2 Station Square", 2015),
)

READING_LISTS = (
    ("Rainy Sunday Afternoons", "adult", "novel biography"),
    ("Crime in Cold Places", "adult", "crime"),
    ("Gardeners and Growers", "adult", "nature food"),
    ("Read Aloud at Bedtime", "child", "picture book"),
    ("Summer Reading Challenge", "child", "picture book adventure"),
    ("Rivers, Canals and Coasts", "adult", "history nature"),
    ("Short Poems for Long Evenings", "adult", "poetry"),
    ("Teen Book Club Spring 2026", "teen", "adventure science fiction"),
    ("Lives Less Ordinary", "adult", "biography"),
    ("Tomorrow and After", "adult", "science fiction"),
)

TODAY = date.fromisoformat(REFERENCE_TIME[:10])
YESTERDAY = TODAY - timedelta(days=1)
AGES = {"picture book": ("child",), "adventure": ("teen", "child"), "science fiction": ("adult", "teen")}
LOST_AFTER = timedelta(days=60)


class Book(NamedTuple):
    book_id: int
    title: str
    author_id: int
    genre: str
    age_group: str
    publication_year: int
    page_count: int
    price: float
    copies_owned: int


class Member(NamedTuple):
    member_id: int
    first_name: str
    last_name: str
    email: str | None
    phone_number: str | None
    membership_type: str
    status: str
    home_branch_id: int
    join_date: date


class Loan(NamedTuple):
    loan_id: int
    member_id: int
    book_id: int
    branch_id: int
    loan_date: date
    due_date: date
    return_date: date | None
    renewals: int


class Fine(NamedTuple):
    fine_id: int
    loan_id: int
    reason: str
    amount: float
    issue_date: date
    payment_date: date | None


def _books(rng: Random, shelves: list[list[str]]) -> list[Book]:
    pages = {"picture book": (24, 49), "poetry": (58, 131), "adventure": (170, 321), "food": (140, 290)}
    books: list[Book] = []
    for author_id, (_, _, _, genre, titles) in enumerate(shelves, 1):
        for entry in titles.split("/"):
            title, year = entry.rsplit(" ", 1)
            ages = AGES.get(genre, ("adult",))
            age = ages[len(books) % len(ages)]
            length = rng.randrange(*pages.get(genre, (184, 640)))
            cost = price(rng, 6, 11) if age == "child" else price(rng, 8, 32)
            copies = 1 + int(5 * rng.random() * rng.random())
            book = Book(0, title, author_id, genre, age, int(year), length, cost, copies)
            books.append(book)
    rng.shuffle(books)
    return [book._replace(book_id=number) for number, book in enumerate(books, 1)]


def _members(rng: Random, names: list[tuple[str, str]]) -> list[Member]:
    phones = phone_numbers(rng, "07700 900{}", 3, len(names))
    kinds = ("adult",) * 10 + ("student",) * 3 + ("senior",) * 4
    joined = sorted(day_between(rng, date(2014, 3, 1), date(2026, 2, 14)) for _ in names)
    members = []
    for number, ((first, last), phone, join_date) in enumerate(zip(names, phones, joined, strict=True), 1):
        address = sometimes(rng, 0.92, email(first, last, rng.choice(MAIL_HOSTS)))
        # Children who joined long ago have grown up since.
        kind = rng.choice((*kinds, *("child",) * 5) if join_date.year > 2019 else kinds)
        home = 1 + rng.randrange(4)
        status = "expired" if join_date.year < 2024 and rng.random() < 0.12 else "active"
        members.append(Member(number, first, last, address, sometimes(rng, 0.8, phone), kind, status, home, join_date))
    return members


def _loans(rng: Random, members: list[Member], books: list[Book]) -> list[Loan]:
    loans: list[Loan] = []
    barred: dict[int, date] = {}
    keen, wanted = rng.sample(members, len(members)), rng.sample(books, len(books))
    for loan_date in sorted(day_between(rng, date(2025, 6, 3), date(2026, 2, 28)) for _ in range(420)):
        member, book = favoured(rng, keen), favoured(rng, wanted)
        out = [
            loan.member_id
            for loan in loans
            if loan.book_id == book.book_id and (loan.return_date is None or loan.return_date > loan_date)
        ]
        lapsed = member.status == "expired" and loan_date > date(2025, 9, 1)
        too_young = member.membership_type == "child" and book.age_group == "adult"
        if lapsed or too_young or member.join_date > loan_date:
            continue
        if loan_date >= barred.get(member.member_id, TODAY):
            continue
        if member.member_id in out or len(out) >= book.copies_owned:
            continue
        kept = 400 if rng.random() < 0.03 else rng.randrange(3, 24) + int(40 * rng.random() * rng.random())
        returned = loan_date + timedelta(days=kept)
        known, due, renewals = min(returned, YESTERDAY), loan_date + timedelta(days=21), 0
        while known >= due - timedelta(days=2) and renewals < 2 and rng.random() < 0.55:
            due, renewals = due + timedelta(days=14), renewals + 1
        if kept == 400:
            barred[member.member_id] = due + LOST_AFTER
        branch = member.home_branch_id if rng.random() < 0.8 else 1 + rng.randrange(4)
        return_date = returned if returned <= YESTERDAY else None
        number = 10231 + len(loans)
        loans.append(Loan(number, member.member_id, book.book_id, branch, loan_date, due, return_date, renewals))
    return loans


def _fines(rng: Random, loans: list[Loan], books: list[Book]) -> list[Fine]:
    cases: list[tuple[date, int, str, float]] = []
    for loan in loans:
        late = ((loan.return_date or YESTERDAY) - loan.due_date).days
        cost = books[loan.book_id - 1].price
        if loan.return_date is None and late > LOST_AFTER.days:
            cases.append((loan.due_date + LOST_AFTER, loan.loan_id, "lost", cost))
        elif loan.return_date is not None and late > 0:
            cases.append((loan.return_date, loan.loan_id, "late", late * 0.2))
        elif loan.return_date is not None and rng.random() < 0.05:
            cases.append((loan.return_date, loan.loan_id, "damaged", round(cost * 0.4, 2)))
    fines = []
    for number, (issued, loan_id, reason, amount) in enumerate(sorted(cases), 2204):
        paid = issued + timedelta(days=int(50 * rng.random() * rng.random()))
        settled = rng.random() < (0.3 if reason == "lost" else 0.85)
        payment_date = paid if settled and paid <= YESTERDAY else None
        fines.append(Fine(number, loan_id, reason, amount, issued, payment_date))
    return fines


def _suspend(members: list[Member], loans: list[Loan], fines: list[Fine]) -> list[Member]:
    """Whoever lost a book and has not paid for it may not borrow."""
    owing = {fine.loan_id for fine in fines if fine.reason == "lost" and fine.payment_date is None}
    barred = {loan.member_id for loan in loans if loan.loan_id in owing}
    return [member._replace(status="suspended") if member.member_id in barred else member for member in members]


def _reservations(rng: Random, members: list[Member], books: list[Book], loans: list[Loan]) -> list[Row]:
    out = [loan.book_id for loan in loans if loan.return_date is None]
    active = [member for member in members if member.status == "active"]
    wanted = sorted(set(out), key=lambda book_id: (-out.count(book_id), book_id))
    reservations: list[Row] = []
    seen: set[tuple[int, int]] = set()
    for day in sorted(day_between(rng, date(2025, 11, 4), date(2026, 2, 28)) for _ in range(40)):
        member, recent = rng.choice(active), day > date(2026, 1, 20)
        book = books[favoured(rng, wanted) - 1] if recent else rng.choice(books)
        too_young = member.membership_type == "child" and book.age_group == "adult"
        if (member.member_id, book.book_id) in seen or too_young or member.join_date > day:
            continue
        seen.add((member.member_id, book.book_id))
        state = "waiting" if out.count(book.book_id) >= book.copies_owned else "ready"
        status = state if recent and rng.random() < 0.9 else rng.choice(("collected",) * 4 + ("cancelled",))
        number, branch_id = 5107 + len(reservations), member.home_branch_id
        reservations.append((number, member.member_id, book.book_id, branch_id, day, status))
    return reservations


def script(seed: int = 0) -> str:
    rng = Random(f"{NAME} {seed}")
    shelves = [line.split("|") for line in SHELVES.strip().splitlines()]
    names = people(rng, 93)
    branches = [
        (number, name, street, f"01632 9600{number}0", year) for number, (name, street, year) in enumerate(BRANCHES, 1)
    ]
    librarians: list[Row] = []
    for number, (first, last) in enumerate(names[:9], 1):
        hired = day_between(rng, date(2009, 1, 5), date(2025, 9, 1))
        librarians.append((number, first, last, email(first, last, "wexmoor.example"), 1 + number % 4, hired))
    authors = [
        (number, name, country, int(born) if born else None)
        for number, (name, country, born, _, _) in enumerate(shelves, 1)
    ]
    books = _books(rng, shelves)
    members = _members(rng, names[9:])
    loans = _loans(rng, members, books)
    fines = _fines(rng, loans, books)
    members = _suspend(members, loans, fines)
    lists: list[Row] = []
    list_books: list[Row] = []
    for number, (name, audience, genres) in enumerate(READING_LISTS, 1):
        lists.append((number, name, audience, sometimes(rng, 0.85, 1 + rng.randrange(9))))
        fitting = [book for book in books if book.age_group == audience and book.genre in genres]
        chosen = rng.sample(fitting, min(len(fitting), rng.randrange(3, 9)))
        list_books += [(number, book.book_id) for book in sorted(chosen)]
    return SCHEMA + "\n".join(
        (
            inserts("branches", branches),
            inserts("librarians", librarians),
            inserts("authors", authors),
            inserts("books", books),
            inserts("members", members),
            inserts("loans", loans),
            inserts("reservations", _reservations(rng, members, books, loans)),
            inserts("fines", fines),
            inserts("reading_lists", lists),
            inserts("reading_list_books", list_books),
        )
    )


if __name__ == "__main__":
    print(script(), end="")
