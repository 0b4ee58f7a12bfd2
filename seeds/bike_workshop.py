"""A bicycle workshop: whose bike is in, what is wrong with it, what it needs, and what has been paid."""

from datetime import date, timedelta
from random import Random

from _drawing import MAIL_HOSTS, day_between, email, favoured, people, phone_numbers, sometimes
from _writing import Row, inserts

NAME = "bike_workshop"
DOMAIN = "a bicycle repair workshop with its own stock of spare parts"
REFERENCE_TIME = "2026-04-14 08:30:00"
DESCRIPTION = (
    "Millrace Cycles repairs its customers' bicycles and keeps the spare parts it fits on the shelf. "
    "Every repair is a work order with its services, parts and payments."
)
POLICY = """\
# Working at the counter of Millrace Cycles

You help the people who run the workshop. What they ask for is decided; carry it out and do nothing else.

- Look things up; never guess an id, a price or a date.
- When several customers or bikes could be meant, ask which one.
- Ask before you delete or remove anything, and before you create a service, a spare part or a payment.
  Anything else that was asked for needs no second question.
- Bikes, services, parts and suppliers are called by name, work orders and payments by number.
- A work order moves from booked to in progress, then to ready and collected. It may wait for parts on the
  way, and it may be cancelled at any time.
- A completion date means the work is done; the bike may still be on the rack.
- Parts with nothing in stock may still be put on a work order: they are ordered from the supplier.
- Prices are in pounds and include tax.
- Customers' telephone numbers and addresses are for staff only.
- The workshop is open from Monday to Saturday, 08:00 to 18:00.
- Keep it short and plain. Name the number of whatever you made or changed.
"""

SCHEMA = """\
CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    phone_number TEXT,
    email TEXT UNIQUE,
    street_address TEXT,
    contact_preference TEXT NOT NULL DEFAULT 'phone'
        CHECK (contact_preference IN ('phone', 'text message', 'email'))
);
CREATE TABLE bikes (
    bike_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    customer_id INTEGER NOT NULL REFERENCES customers(customer_id),
    bike_type TEXT NOT NULL CHECK (bike_type IN ('city', 'touring', 'road', 'mountain', 'cargo', 'folding',
        'child', 'electric')),
    frame_number TEXT NOT NULL UNIQUE,
    model_year INTEGER,
    purchase_price NUMERIC(10,2) CHECK (purchase_price >= 0)
);
CREATE TABLE mechanics (
    mechanic_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    level TEXT NOT NULL DEFAULT 'mechanic' CHECK (level IN ('apprentice', 'mechanic', 'senior')),
    hourly_rate NUMERIC(10,2) NOT NULL CHECK (hourly_rate > 0),
    phone_number TEXT NOT NULL,
    hire_date DATE NOT NULL
);
CREATE TABLE services (
    service_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    price NUMERIC(10,2) NOT NULL CHECK (price >= 0),
    duration_minutes INTEGER NOT NULL CHECK (duration_minutes > 0)
);
CREATE TABLE suppliers (
    supplier_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    phone_number TEXT,
    delivery_days INTEGER NOT NULL CHECK (delivery_days > 0)
);
CREATE TABLE spare_parts (
    spare_part_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL CHECK (category IN ('tyres', 'brakes', 'drivetrain', 'wheels', 'lights',
        'cockpit')),
    price NUMERIC(10,2) NOT NULL CHECK (price >= 0),
    quantity_in_stock INTEGER NOT NULL DEFAULT 0 CHECK (quantity_in_stock >= 0),
    supplier_id INTEGER REFERENCES suppliers(supplier_id)
);
CREATE TABLE work_orders (
    work_order_id INTEGER PRIMARY KEY,
    bike_id INTEGER NOT NULL REFERENCES bikes(bike_id),
    mechanic_id INTEGER REFERENCES mechanics(mechanic_id),
    problem TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'booked' CHECK (status IN ('booked', 'in progress', 'waiting for parts',
        'ready', 'collected', 'cancelled')),
    drop_off_date DATE NOT NULL DEFAULT CURRENT_DATE,
    promised_date DATE,
    completion_date DATE
);
CREATE TABLE work_order_services (
    work_order_id INTEGER NOT NULL REFERENCES work_orders(work_order_id),
    service_id INTEGER NOT NULL REFERENCES services(service_id),
    PRIMARY KEY (work_order_id, service_id)
);
CREATE TABLE work_order_parts (
    work_order_id INTEGER NOT NULL REFERENCES work_orders(work_order_id),
    spare_part_id INTEGER NOT NULL REFERENCES spare_parts(spare_part_id),
    quantity INTEGER NOT NULL DEFAULT 1 CHECK (quantity > 0),
    PRIMARY KEY (work_order_id, spare_part_id)
);
CREATE TABLE payments (
    payment_id INTEGER PRIMARY KEY,
    work_order_id INTEGER NOT NULL REFERENCES work_orders(work_order_id),
    amount NUMERIC(10,2) NOT NULL CHECK (amount > 0),
    method TEXT NOT NULL DEFAULT 'card' CHECK (method IN ('card', 'cash', 'bank transfer')),
    payment_date DATE NOT NULL DEFAULT CURRENT_DATE
);

"""

STREETS = """Lock Lane,Weir Street,Tannery Row,Bishop's Walk,Cobden Road,Sluice Gate,Malthouse Hill,
Ferry Road,Nettle Lane,Priory Gardens,Viaduct Street,Albion Terrace,Saddler's Yard,Watermeadow Drive"""

COLOURS = ("Red", "Blue", "Black", "Green", "Silver", "Orange", "White", "Yellow", "Grey", "Purple")
MAKERS = ("Fenwick", "Brennick", "Haldane", "Veldkamp", "Stroma", "Quillon", "Tollgate", "Marlowe")
# Model, its kind and what one costs new.
MODELS = (
    ("Courier", "city", 560),
    ("Tramline", "city", 430),
    ("Pilgrim", "touring", 1180),
    ("Northwind", "touring", 1490),
    ("Swift", "road", 1720),
    ("Scree", "mountain", 1390),
    ("Packhorse", "cargo", 2850),
    ("Pocket", "folding", 980),
    ("Tadpole", "child", 210),
    ("Dynamo", "electric", 2290),
)

# Name, price, minutes.
SERVICES = (
    ("Basic tune-up", 49.0, 60),
    ("Full overhaul", 129.0, 190),
    ("Deep clean", 38.5, 50),
    ("Puncture repair", 12.5, 20),
    ("Tyre fitting", 15.0, 25),
    ("Wheel truing", 24.0, 35),
    ("Spoke replacement", 29.5, 45),
    ("Brake adjustment", 18.0, 22),
    ("Hydraulic brake bleed", 36.0, 55),
    ("Gear indexing", 22.0, 30),
    ("Chain and cassette fitting", 34.0, 40),
    ("Bottom bracket replacement", 42.5, 58),
    ("Headset service", 39.0, 48),
    ("Lighting check", 16.0, 18),
    ("Handlebar fitting", 21.0, 28),
    ("Child seat mounting", 26.5, 32),
    ("Battery health check", 45.0, 65),
    ("Fork service", 89.0, 120),
)

# Level and hourly rate, the longest there first.
LEVELS = (
    ("senior", 34.5),
    ("senior", 32.75),
    ("mechanic", 27.4),
    ("mechanic", 26.1),
    ("mechanic", 24.9),
    ("apprentice", 15.8),
)

# Name, email host, days to deliver.
SUPPLIERS = (
    ("Ashdown Cycle Wholesale", "ashdown.example", 2),
    ("Rotterdam Wheelworks", "wheelworks.example", 9),
    ("Bright & Daughters", "brightdaughters.example", 4),
    ("Castellan Brakes", "castellan.example", 6),
    ("Two Rivers Rubber", "tworivers.example", 3),
    ("Formosa Drivetrain Supply", "formosa.example", 21),
)

# Category, its usual supplier, then each part and its price.
PARTS = """
tyres|5|City tyre 28 inch 24.50/Touring tyre 28 inch 38.90/Gravel tyre 27.5 inch 42.00/\
Cargo tyre 20 inch 33.75/Studded winter tyre 54.95/Inner tube 28 inch 6.50/Inner tube 20 inch 5.90/\
Rim tape 4.25/Tubeless sealant 13.99
brakes|4|Rim brake pads 9.80/Disc brake pads 17.50/Brake cable 5.25/Brake lever pair 31.00/\
Disc rotor 160 mm 27.40/Mineral brake oil 11.60/Hydraulic hose kit 36.25
drivetrain|6|Eight-speed chain 18.75/Eleven-speed chain 34.50/Eight-speed cassette 26.90/\
Eleven-speed cassette 67.80/Rear derailleur 58.40/Gear cable 4.75/Shifter set 46.20/\
Square bottom bracket 22.30/Threaded bottom bracket 35.10/Chainring 42 teeth 29.95/Jockey wheels 14.10/\
Flat pedals 23.60
wheels|2|Rear wheel 28 inch 112.00/Front wheel 28 inch 84.50/Stainless spoke 1.20/Hub bearing set 12.85/\
Quick-release skewer 9.40/Dynamo hub 79.90/Rim 20 inch 32.60
lights|3|Dynamo headlight 43.30/Battery headlight 28.80/Rear light with standlight 21.95/\
Light wiring kit 7.70/Wheel reflectors 3.95
cockpit|1|Handlebar grips 12.20/Cork bar tape 16.40/Leather saddle 88.00/Gel saddle 35.70/Seat post 25.80/\
Headset bearings 19.15/Child seat 97.50/Rear rack 39.60
"""

# The kinds of bike that have the trouble (none: any), what the customer says, the services it takes (by their
# position above, from 1), and the parts it takes with their number.
JOBS = """
city touring folding|Rear brake squeals|8|Rim brake pads 2
mountain electric cargo|Brakes feel soft|9|Mineral brake oil 1,Disc brake pads 2
city touring|Gears skip on climbs|10,11|Eight-speed chain 1,Eight-speed cassette 1
road mountain electric|Chain jumps under load|10,11|Eleven-speed chain 1,Eleven-speed cassette 1
|Chain came off and jammed|10|Gear cable 1
city touring road electric|Flat tyre at the back|4|Inner tube 28 inch 1
child folding cargo|Flat tyre at the front|4|Inner tube 20 inch 1
city electric|Both tyres worn through|5|City tyre 28 inch 2,Inner tube 28 inch 2
city touring|Wants winter tyres|5|Studded winter tyre 2
mountain|Converting to tubeless|5|Gravel tyre 27.5 inch 2,Tubeless sealant 2,Rim tape 2
road touring|Buckled front wheel|6,7|Stainless spoke 4
|Broken spokes after a pothole|6,7|Stainless spoke 3,Rim tape 1
city touring folding|Crank wobbles and creaks|12|Square bottom bracket 1
road mountain|Bottom bracket grinds|12|Threaded bottom bracket 1
|Steering feels rough|13|Headset bearings 1
|Yearly check|1|Brake cable 2,Gear cable 2
city touring|Stored in a shed for years|2,3|City tyre 28 inch 2,Inner tube 28 inch 2
touring|Overhaul before a long tour|2,5|Touring tyre 28 inch 2,Eight-speed chain 1,Brake cable 2
city touring cargo|Front light flickers|14|Light wiring kit 1
city touring folding|New lights for the dark months|14|Dynamo headlight 1,Rear light with standlight 1
city touring electric|Fit a child seat|16|Child seat 1
|Worn grips and a loose bar|15|Handlebar grips 1
electric|Battery drops to half on short rides|17|
mountain|Fork leaks oil|18,3|
mountain road|Muddy after a race|3|
city folding child|Shifter stuck in third|10|Shifter set 1,Gear cable 1
mountain road electric|Disc rubs in the rain|8|Disc rotor 160 mm 1,Disc brake pads 1
|Noise from the rear hub|6|Hub bearing set 1
road|Torn bar tape|15|Cork bar tape 1
child|Outgrown saddle height|15|Seat post 1
cargo|Rear tyre split|5|Cargo tyre 20 inch 1,Inner tube 20 inch 1
"""

Part = tuple[int, str, str, float, int, int]

TODAY = date.fromisoformat(REFERENCE_TIME[:10])
MONDAY = date(2026, 4, 13)


def _bikes(rng: Random, customers: int) -> list[Row]:
    owners = [*rng.sample(range(1, customers + 1), customers - 7), *rng.sample(range(1, customers + 1), 18)]
    looks = [(colour, maker, model) for colour in COLOURS for maker in MAKERS for model in MODELS]
    bikes: list[Row] = []
    for number, (owner, look) in enumerate(zip(owners, rng.sample(looks, len(owners)), strict=True), 1):
        colour, maker, (model, kind, new) = look
        frame = f"{maker[:2].upper()}{rng.randrange(10**6, 10**7)}"
        year = sometimes(rng, 0.9, 2025 - int(16 * rng.random() * rng.random()))
        paid = sometimes(rng, 0.85, round(new * (0.7 + 0.6 * rng.random())) - 0.05)
        bikes.append((number, f"{colour} {maker} {model}", owner, kind, frame, year, paid))
    return bikes


def _parts(rng: Random) -> list[Part]:
    parts: list[Part] = []
    for line in PARTS.strip().splitlines():
        category, supplier, entries = line.split("|")
        for entry in entries.split("/"):
            name, cost = entry.rsplit(" ", 1)
            stock = 0 if rng.random() < 0.15 else 1 + int(30 * rng.random() * rng.random())
            parts.append((len(parts) + 1, name, category, float(cost), stock, int(supplier)))
    return parts


def _state(rng: Random, drop_off: date) -> str:
    age = (TODAY - drop_off).days
    if age <= 0:
        return "booked"
    if age <= 10:
        return rng.choice(("in progress", "in progress", "waiting for parts", "ready", "ready"))
    return "collected" if rng.random() < 0.92 else rng.choice(("cancelled", "cancelled", "ready"))


def _orders(rng: Random, bikes: list[Row], parts: list[Part]) -> tuple[list[Row], ...]:
    """Work orders with their services, their parts and their payments."""
    part_ids = {name: (number, cost) for number, name, _, cost, _, _ in parts}
    orders: list[Row] = []
    order_services: list[Row] = []
    order_parts: list[Row] = []
    bills: list[tuple[date, int, float]] = []
    last_seen: dict[int, date] = {}
    regulars = rng.sample(range(1, len(bikes) + 1), len(bikes))
    jobs = [line.split("|") for line in JOBS.strip().splitlines()]
    days = [day_between(rng, date(2025, 9, 1), date(2026, 4, 2)) for _ in range(140)]
    days += [day_between(rng, date(2026, 4, 3), date(2026, 4, 24)) for _ in range(30)]
    for drop_off in sorted(days):
        bike = favoured(rng, regulars)
        if drop_off - last_seen.get(bike, date(2025, 1, 1)) < timedelta(days=30):
            continue
        last_seen[bike] = drop_off
        kind = bikes[bike - 1][3]
        _, problem, services, fitted = rng.choice([job for job in jobs if not job[0] or kind in job[0].split()])
        status, number = _state(rng, drop_off), 4012 + len(orders)
        mechanic = sometimes(rng, 0.35 if status == "booked" else 1.0, 1 + int(6 * rng.random()))
        promised = drop_off + timedelta(days=2 + rng.randrange(6))
        promised += timedelta(days=promised.weekday() == 6)
        done = min(promised + timedelta(days=rng.choice((-1, 0, 0, 0, 1, 3))), MONDAY)
        done -= timedelta(days=done.weekday() == 6)
        completed = max(done, drop_off) if status in ("ready", "collected") else None
        orders.append((number, bike, mechanic, problem, status, drop_off, promised, completed))
        total = 0.0
        for service in map(int, services.split(",")):
            order_services.append((number, service))
            total += SERVICES[service - 1][1]
        for entry in fitted.split(",") if fitted and status not in ("booked", "cancelled") else ():
            name, quantity = entry.rsplit(" ", 1)
            order_parts.append((number, part_ids[name][0], int(quantity)))
            total += part_ids[name][1] * int(quantity)
        deposit = 40.0 if total > 90 and status not in ("booked", "cancelled") else 0.0
        if deposit:
            bills.append((drop_off, number, deposit))
        if completed and status == "collected" and rng.random() < 0.96:
            paid = completed + timedelta(days=rng.choice((0, 0, 1, 2, 3)))
            paid += timedelta(days=paid.weekday() == 6)
            bills.append((min(paid, MONDAY), number, total - deposit))

    payments: list[Row] = [
        (number, order, amount, rng.choice(("card", "card", "card", "cash", "bank transfer")), paid)
        for number, (paid, order, amount) in enumerate(sorted(bills), 7301)
    ]
    return orders, order_services, order_parts, payments


def script(seed: int = 0) -> str:
    rng = Random(f"{NAME} {seed}")
    names = people(rng, 66)
    phones = phone_numbers(rng, "07700 900{}", 3, 72)
    streets = STREETS.replace("\n", "").split(",")
    customers: list[Row] = []
    for number, (first, last) in enumerate(names[6:], 1):
        phone = sometimes(rng, 0.88, phones.pop())
        address = sometimes(rng, 0.75, email(first, last, rng.choice(MAIL_HOSTS)))
        home = sometimes(rng, 0.8, f"{1 + rng.randrange(140)} {rng.choice(streets)}")
        wish = rng.choice(("phone", "text message")) if phone else "email" if address else "phone"
        customers.append((number, first, last, phone, address, home, wish))
    bikes = _bikes(rng, len(customers))
    mechanics: list[Row] = []
    hires = sorted(day_between(rng, date(2011, 2, 1), date(2025, 9, 30)) for _ in LEVELS)
    for (first, last), (level, rate), hired in zip(names[:6], LEVELS, hires, strict=True):
        mechanics.append((len(mechanics) + 1, first, last, level, rate, phones.pop(), hired))
    parts = _parts(rng)
    orders, order_services, order_parts, payments = _orders(rng, bikes, parts)
    suppliers = [
        (number, name, f"orders@{host}", sometimes(rng, 0.8, phones.pop()), days)
        for number, (name, host, days) in enumerate(SUPPLIERS, 1)
    ]
    return SCHEMA + "\n".join(
        (
            inserts("customers", customers),
            inserts("bikes", bikes),
            inserts("mechanics", mechanics),
            inserts("services", [(number, *service) for number, service in enumerate(SERVICES, 1)]),
            inserts("suppliers", suppliers),
            inserts("spare_parts", parts),
            inserts("work_orders", orders),
            inserts("work_order_services", order_services),
            inserts("work_order_parts", order_parts),
            inserts("payments", payments),
        )
    )


if __name__ == "__main__":
    print(script(), end="")
