"""A housing association: its flats, who rents them, what they have paid and what needs repair."""

from datetime import date, timedelta
from random import Random

from _drawing import MAIL_HOSTS, day_between, email, favoured, people, phone_numbers, sometimes
from _writing import Row, inserts

NAME = "housing_association"
DOMAIN = "a housing association that lets and repairs flats in seven buildings"
REFERENCE_TIME = "2026-05-11 09:00:00"
DESCRIPTION = (
    "Brackenfield Housing Association lets flats in seven buildings and follows tenancies and rent payments. "
    "Tenants report repairs, which the office hands to contractors of the right trade."
)
POLICY = """\
# Working in the office of Brackenfield Housing Association

You help the association's staff. They decide; you find what they ask for and record what they tell you.

- Look things up; never guess an id, an amount or a date.
- If more than one person or flat could be meant, ask which one.
- Ask before you delete or remove anything, and before you create a flat or a rent payment. Anything else
  that was asked for needs no second question.
- Tenants and staff are called by first and last name, flats and buildings by name, contractors and trades by
  name, and tenancies, payments and repair requests by number.
- A tenancy without an end date simply goes on. One with an end date to come is under notice.
- Rent is due on the first of the month. Never remind or judge a tenant unless staff ask for it.
- A contractor on hold is usually given no new work, but staff may decide otherwise.
- Completed repairs have a completion date. The cost may follow later, when the invoice comes.
- Amounts are in pounds.
- What you read about a tenant is confidential: it is for staff only.
- The office is open from Monday to Friday, 08:30 to 17:00.
- Write plainly and kindly, and give the number of what you made or changed.
"""

SCHEMA = """\
CREATE TABLE staff (
    staff_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('director', 'housing officer', 'repairs coordinator', 'accountant',
        'caretaker')),
    email TEXT NOT NULL UNIQUE,
    phone_number TEXT,
    supervisor_id INTEGER REFERENCES staff(staff_id)
);
CREATE TABLE buildings (
    building_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    street_address TEXT NOT NULL,
    postcode TEXT NOT NULL,
    construction_year INTEGER NOT NULL,
    caretaker_id INTEGER REFERENCES staff(staff_id)
);
CREATE TABLE flats (
    flat_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    building_id INTEGER NOT NULL REFERENCES buildings(building_id),
    floor INTEGER NOT NULL,
    bedrooms INTEGER NOT NULL CHECK (bedrooms >= 0),
    square_metres INTEGER NOT NULL CHECK (square_metres > 0),
    monthly_rent NUMERIC(10,2) NOT NULL CHECK (monthly_rent >= 0),
    energy_rating TEXT CHECK (energy_rating IN ('A', 'B', 'C', 'D', 'E', 'F')),
    condition TEXT NOT NULL DEFAULT 'good' CHECK (condition IN ('good', 'fair', 'poor', 'being renovated'))
);
CREATE TABLE tenants (
    tenant_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    birth_date DATE,
    phone_number TEXT,
    email TEXT UNIQUE,
    contact_preference TEXT NOT NULL DEFAULT 'letter'
        CHECK (contact_preference IN ('phone', 'email', 'letter'))
);
CREATE TABLE tenancies (
    tenancy_id INTEGER PRIMARY KEY,
    flat_id INTEGER NOT NULL REFERENCES flats(flat_id),
    tenant_id INTEGER NOT NULL REFERENCES tenants(tenant_id),
    housing_officer_id INTEGER REFERENCES staff(staff_id),
    start_date DATE NOT NULL DEFAULT CURRENT_DATE,
    end_date DATE,
    deposit NUMERIC(10,2) NOT NULL DEFAULT 0 CHECK (deposit >= 0)
);
CREATE TABLE rent_payments (
    rent_payment_id INTEGER PRIMARY KEY,
    tenancy_id INTEGER NOT NULL REFERENCES tenancies(tenancy_id),
    amount NUMERIC(10,2) NOT NULL CHECK (amount > 0),
    method TEXT NOT NULL DEFAULT 'direct debit'
        CHECK (method IN ('direct debit', 'bank transfer', 'card', 'cash', 'housing benefit')),
    payment_date DATE NOT NULL DEFAULT CURRENT_DATE
);
CREATE TABLE trades (
    trade_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE contractors (
    contractor_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    phone_number TEXT NOT NULL,
    email TEXT,
    hourly_rate NUMERIC(10,2) NOT NULL CHECK (hourly_rate > 0),
    status TEXT NOT NULL DEFAULT 'approved' CHECK (status IN ('approved', 'on hold'))
);
CREATE TABLE contractor_trades (
    contractor_id INTEGER NOT NULL REFERENCES contractors(contractor_id),
    trade_id INTEGER NOT NULL REFERENCES trades(trade_id),
    PRIMARY KEY (contractor_id, trade_id)
);
CREATE TABLE repair_requests (
    repair_request_id INTEGER PRIMARY KEY,
    flat_id INTEGER NOT NULL REFERENCES flats(flat_id),
    trade_id INTEGER NOT NULL REFERENCES trades(trade_id),
    contractor_id INTEGER REFERENCES contractors(contractor_id),
    problem TEXT NOT NULL,
    priority TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'urgent', 'emergency')),
    status TEXT NOT NULL DEFAULT 'reported'
        CHECK (status IN ('reported', 'assigned', 'completed', 'cancelled')),
    report_date DATE NOT NULL DEFAULT CURRENT_DATE,
    completion_date DATE,
    cost NUMERIC(10,2) CHECK (cost >= 0)
);

"""

# Each role and the supervisor, by the position in this list, from 1.
ROLES = (
    ("director", None),
    ("housing officer", 1),
    ("housing officer", 2),
    ("housing officer", 2),
    ("repairs coordinator", 1),
    ("accountant", 1),
    ("caretaker", 5),
    ("caretaker", 5),
    ("caretaker", 5),
)

# Name, address, postcode, year, caretaker, floors, flats to a floor.
BUILDINGS = (
    ("Alder Court", "12 Bracken Lane", "BF1 4QT", 1974, 7, 4, 3),
    ("Bellwether House", "5 Shepherd Street", "BF1 2AB", 1931, 7, 3, 4),
    ("Cooper's Yard", "88 Barrel Row", "BF2 9HN", 1898, 8, 2, 4),
    ("Dunmore Terrace", "31 Dunmore Road", "BF2 7EL", 1956, 8, 2, 3),
    ("Elmet Lodge", "2 Priory Close", "BF3 1KD", 2008, None, 3, 2),
    ("Foundry Mews", "17 Casting Lane", "BF3 6RW", 2019, 9, 2, 3),
    ("Gannet Point", "140 Harbour Parade", "BF4 8US", 1967, 9, 6, 2),
)

# Name, hourly rate, status, trades (by their position in JOBS, from 1).
CONTRACTORS = (
    ("Okoro & Sons Plumbing", 48.5, "approved", (1, 2)),
    ("Brightspark Electrical", 52.0, "approved", (3,)),
    ("Warmhearth Heating", 56.75, "approved", (2,)),
    ("Third Coat Decorators", 31.2, "approved", (4,)),
    ("Silverthorn Joinery", 39.9, "approved", (5, 6)),
    ("Latch & Key Locksmiths", 61.0, "approved", (6,)),
    ("Skyline Roofing", 45.25, "on hold", (7,)),
    ("Greenacre Pest Control", 42.4, "approved", (8,)),
    ("Handy Hana Repairs", 29.5, "approved", (1, 4, 5)),
    ("Clearview Glaziers", 44.6, "approved", (9,)),
    ("Northgate Property Services", 37.8, "on hold", (3, 4, 9)),
    ("Slate and Gutter Company", 41.15, "approved", (7,)),
)

# Trade | what tenants report; one ! where it presses, two where it cannot wait.
JOBS = """
plumbing|Kitchen tap drips/Toilet does not stop filling!/Blocked shower drain!/Leak under the sink!!/\
Low water pressure
heating|No hot water!!/Radiator stays cold!/Boiler loses pressure!/Thermostat shows an error
electrics|Hall light flickers/Sockets dead in the bedroom!/Extractor fan is noisy/Doorbell does not ring/\
Burning smell from the fuse box!!
decorating|Mould on the bathroom ceiling!/Peeling paint in the hall/Water stain on the wall
joinery|Kitchen cupboard door came off/Wardrobe rail broke/Floorboard creaks badly/Window frame swollen
locks|Front door lock sticks!/Lost both keys!!/Letterbox lock broken
roofing|Water comes through the ceiling!!/Gutter overflows
pest control|Mice behind the cooker!/Wasps at the balcony!
glazing|Cracked window pane!/Draught through the balcony door/Misted double glazing
"""
PRIORITIES = (("low", "normal", "normal"), ("normal", "urgent"), ("urgent", "emergency"))
LONGEST_WAIT = {"low": 60, "normal": 35, "urgent": 9, "emergency": 2}

TODAY = date.fromisoformat(REFERENCE_TIME[:10])
LAST_FRIDAY = date(2026, 5, 8)


def _flats(rng: Random) -> list[tuple[int, str, int, int, int, int, float, str | None, str]]:
    flats: list[tuple[int, str, int, int, int, int, float, str | None, str]] = []
    for building_id, (building, _, _, year, _, floors, across) in enumerate(BUILDINGS, 1):
        ratings = "AB" if year > 2000 else "CCD" if year > 1950 else "DEEF"
        for floor in range(1, floors + 1):
            for letter in "ABCD"[:across]:
                bedrooms = rng.choice((0, 1, 1, 2, 2, 2, 3, 3, 4))
                size = 29 + 15 * bedrooms + rng.randrange(14)
                rent: float = round(210 + 6.4 * size + (60 if year > 2000 else 0) + rng.randrange(-30, 31))
                rent += rng.choice((0.15, 0.4, 0.5, 0.75, 0.9))
                rating = sometimes(rng, 0.93, rng.choice(ratings))
                condition = rng.choice(("good",) * 6 + ("fair",) * 3 + ("poor",))
                name = f"{building} {floor}{letter}"
                flats.append((len(flats) + 1, name, building_id, floor, bedrooms, size, rent, rating, condition))
    return flats


def _stays(rng: Random, flat_id: int, built: int) -> list[tuple[date, int, date | None]]:
    """When a flat was let: often an earlier stay that ended, mostly one that still goes on."""
    last = date(2025, 12, 20)
    span = min(5200, (last - date(built + 1, 1, 1)).days)
    moved_in = last - timedelta(days=int(span * rng.random() * rng.random()))
    stays: list[tuple[date, int, date | None]] = []
    if rng.random() < 0.3:
        ended = moved_in - timedelta(days=9 + rng.randrange(50))
        began = ended - timedelta(days=300 + rng.randrange(2400))
        if began.year > built:
            stays.append((began, flat_id, ended))
    if rng.random() < 0.9:
        stays.append((moved_in, flat_id, sometimes(rng, 0.06, date(2026, 6, 30))))
    return stays


def _holders(rng: Random, stays: list[tuple[date, int, date | None]]) -> tuple[list[int], list[date]]:
    """The tenant of each stay, and for each tenant a day on which they were grown up.

    Some who move out take another flat of the association; the last few tenants still wait for their first.
    """
    holders: list[int] = []
    adult_since: list[date] = []
    leaving: list[tuple[date, int]] = []
    for start, _, end in stays:
        movers = [one for one in leaving if timedelta(0) <= start - one[0] <= timedelta(days=150)]
        if movers and rng.random() < 0.6:
            leaving.remove(movers[0])
            holders.append(movers[0][1])
        else:
            adult_since.append(start)
            holders.append(len(adult_since))
        if end:
            leaving.append((end, holders[-1]))
    return holders, adult_since + [TODAY] * 5


def _payments(rng: Random, tenancy_id: int, rent: float) -> list[tuple[date, int, float, str]]:
    usual = rng.choice(("direct debit",) * 6 + ("bank transfer", "card", "cash", "housing benefit"))
    troubled = rng.random() < 0.12
    payments: list[tuple[date, int, float, str]] = []
    for month in (1, 2, 3, 4, 5):
        if troubled and rng.random() < 0.5:
            continue
        amount = rent / 2 if troubled and rng.random() < 0.4 else rent
        late = int((25 if troubled else 6) * rng.random() * rng.random())
        paid = date(2026, month, 1) + timedelta(days=late)
        if paid <= LAST_FRIDAY:
            payments.append((paid, tenancy_id, amount, usual))
    return payments


def _requests(rng: Random, flats: int, jobs: list[list[str]]) -> list[Row]:
    requests: list[Row] = []
    needy = rng.sample(range(1, flats + 1), flats)
    days = [day_between(rng, date(2025, 9, 15), date(2026, 4, 17)) for _ in range(95)]
    days += [day_between(rng, date(2026, 4, 18), LAST_FRIDAY) for _ in range(24)]
    for number, day in enumerate(sorted(days), 8140):
        trade = 1 + rng.choice((0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 4, 5, 6, 7, 8))
        report = rng.choice(jobs[trade - 1][1].split("/"))
        problem = report.rstrip("!")
        priority = rng.choice(PRIORITIES[len(report) - len(problem)])
        wait = rng.randrange(LONGEST_WAIT[priority])
        done = day + timedelta(days=wait)
        hired = rng.choice([index for index, one in enumerate(CONTRACTORS, 1) if trade in one[3]])
        contractor: int | None = hired
        completed, cost = None, None
        if rng.random() < 0.07:
            status, contractor = "cancelled", None
        elif done <= LAST_FRIDAY:
            status, completed = "completed", done
            hours = 0.5 + int(12 * rng.random() * rng.random()) / 2
            bill = round(CONTRACTORS[hired - 1][1] * hours + 38 * rng.random(), 2)
            cost = sometimes(rng, 0.5 if done > date(2026, 4, 27) else 1.0, bill)
        elif rng.random() < 0.5:
            status = "assigned"
        else:
            status, contractor = "reported", None
        flat_id = favoured(rng, needy)
        requests.append((number, flat_id, trade, contractor, problem, priority, status, day, completed, cost))
    return requests


def script(seed: int = 0) -> str:
    rng = Random(f"{NAME} {seed}")
    flats = _flats(rng)
    stays = [stay for flat in flats for stay in _stays(rng, flat[0], BUILDINGS[flat[2] - 1][3])]
    stays.sort(key=lambda stay: stay[:2])
    let = [flat_id for _, flat_id, end in stays if end is None or end > TODAY]
    flats = [(*flat[:8], flat[8] if flat[0] in let or rng.random() < 0.3 else "being renovated") for flat in flats]
    holders, adult_since = _holders(rng, stays)
    names = people(rng, 9 + len(adult_since))
    phones = phone_numbers(rng, "020 7946 0{}", 3, 120)
    staff: list[Row] = []
    for number, ((first, last), (role, boss)) in enumerate(zip(names[:9], ROLES, strict=True), 1):
        address = email(first, last, "brackenfield.example")
        staff.append((number, first, last, role, address, sometimes(rng, 0.9, phones.pop()), boss))
    tenants: list[Row] = []
    for number, ((first, last), since) in enumerate(zip(names[9:], adult_since, strict=True), 1):
        born = sometimes(rng, 0.93, since - timedelta(days=6900 + rng.randrange(17000)))
        phone = sometimes(rng, 0.85, phones.pop())
        mail = sometimes(rng, 0.8, email(first, last, rng.choice(MAIL_HOSTS)))
        wish = "phone" if phone and rng.random() < 0.6 else "email" if mail else "letter"
        tenants.append((number, first, last, born, phone, mail, wish))

    tenancies: list[Row] = []
    paid: list[tuple[date, int, float, str]] = []
    for tenancy_id, (holder, (start, flat_id, end)) in enumerate(zip(holders, stays, strict=True), 3105):
        rent = flats[flat_id - 1][6]
        officer = sometimes(rng, 0.95, 2 + rng.randrange(3))
        deposit = round(rent * (1.5 if start.year < 2018 else 1.15) - rng.randrange(60)) + 0.0
        tenancies.append((tenancy_id, flat_id, holder, officer, start, end, deposit))
        if end is None or end > TODAY:
            paid += _payments(rng, tenancy_id, rent)
    payments = [
        (number, tenancy, amount, method, day)
        for number, (day, tenancy, amount, method) in enumerate(sorted(paid), 60418)
    ]

    jobs = [line.split("|") for line in JOBS.strip().splitlines()]
    contractors: list[Row] = []
    for number, (name, rate, state, _) in enumerate(CONTRACTORS, 1):
        host = name.lower().replace(" ", "").replace("&", "and")
        mail = sometimes(rng, 0.85, f"jobs@{host}.example")
        contractors.append((number, name, phones.pop(), mail, rate, state))
    return SCHEMA + "\n".join(
        (
            inserts("staff", staff),
            inserts("buildings", [(number, *row[:5]) for number, row in enumerate(BUILDINGS, 1)]),
            inserts("flats", flats),
            inserts("tenants", tenants),
            inserts("tenancies", tenancies),
            inserts("rent_payments", payments),
            inserts("trades", [(number, job[0]) for number, job in enumerate(jobs, 1)]),
            inserts("contractors", contractors),
            inserts(
                "contractor_trades",
                [(number, trade) for number, row in enumerate(CONTRACTORS, 1) for trade in row[3]],
            ),
            inserts("repair_requests", _requests(rng, len(flats), jobs)),
        )
    )


if __name__ == "__main__":
    print(script(), end="")
