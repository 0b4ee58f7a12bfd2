"""A concert house with four halls: its season, who plays, who works that evening, and who has booked."""

from datetime import date, datetime, time, timedelta
from random import Random

from _drawing import MAIL_HOSTS, day_between, email, favoured, people, phone_numbers, sometimes
from _writing import Row, inserts

NAME = "concert_hall"
DOMAIN = "a concert house with four halls and a box office"
REFERENCE_TIME = "2026-01-19 10:15:00"
DESCRIPTION = (
    "Lindgate Music House puts on concerts, family shows and spoken-word evenings in four halls. "
    "The office plans the season, rosters the crew, looks after the instruments and takes bookings."
)
POLICY = """\
# Working for Lindgate Music House

You help the house's own staff with the season and the box office, and customers with their bookings. Do what they
ask, all of it and only that.

- Look things up; never guess an id, a date or a price.
- If a name fits several people or events, ask which one is meant.
- Ask before you delete or remove anything, and before you create an event, a hall or a booking. Anything
  else that was asked for needs no second question.
- Events are called by title, artists and instruments by name, people by first and last name, bookings by
  number.
- An event is first announced, then on sale, and completed once it is over. It may be postponed or cancelled.
- A reserved booking is not paid yet. A refunded booking was paid once.
- The price per seat of a booking is the price agreed then; a new ticket price changes no earlier booking.
- Customers say who they are. They may see and change their own details and bookings, book at the ticket price, and ask
  about events, halls and promoters. What concerns others, and artists' fees, stays inside the house.
- Prices are in dollars.
- The box office is open from Tuesday to Saturday, 11:00 to 18:00; the office works on Mondays too.
- Be courteous and to the point.
"""

SCHEMA = """\
CREATE TABLE halls (
    hall_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    capacity INTEGER NOT NULL CHECK (capacity > 0),
    hire_price NUMERIC(10,2) NOT NULL CHECK (hire_price >= 0)
);
CREATE TABLE promoters (
    promoter_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    phone_number TEXT
);
CREATE TABLE events (
    event_id INTEGER PRIMARY KEY,
    title TEXT NOT NULL UNIQUE,
    genre TEXT NOT NULL CHECK (genre IN ('classical', 'jazz', 'folk', 'choral', 'world', 'family',
        'spoken word', 'electronic')),
    hall_id INTEGER NOT NULL REFERENCES halls(hall_id),
    promoter_id INTEGER REFERENCES promoters(promoter_id),
    start_time DATETIME NOT NULL,
    duration_minutes INTEGER NOT NULL CHECK (duration_minutes > 0),
    ticket_price NUMERIC(10,2) NOT NULL CHECK (ticket_price >= 0),
    status TEXT NOT NULL DEFAULT 'announced'
        CHECK (status IN ('announced', 'on sale', 'completed', 'postponed', 'cancelled'))
);
CREATE TABLE artists (
    artist_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    genre TEXT NOT NULL,
    home_city TEXT,
    email TEXT,
    fee NUMERIC(10,2) CHECK (fee >= 0)
);
CREATE TABLE event_artists (
    event_id INTEGER NOT NULL REFERENCES events(event_id),
    artist_id INTEGER NOT NULL REFERENCES artists(artist_id),
    PRIMARY KEY (event_id, artist_id)
);
CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    phone_number TEXT,
    membership_level TEXT NOT NULL DEFAULT 'none' CHECK (membership_level IN ('none', 'friend', 'patron')),
    registration_date DATE NOT NULL DEFAULT CURRENT_DATE
);
CREATE TABLE bookings (
    booking_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(customer_id),
    event_id INTEGER NOT NULL REFERENCES events(event_id),
    seats INTEGER NOT NULL DEFAULT 1 CHECK (seats > 0),
    seating_area TEXT NOT NULL DEFAULT 'unreserved'
        CHECK (seating_area IN ('stalls', 'balcony', 'box', 'unreserved')),
    price_per_seat NUMERIC(10,2) NOT NULL CHECK (price_per_seat >= 0),
    booking_date DATE NOT NULL DEFAULT CURRENT_DATE,
    status TEXT NOT NULL DEFAULT 'reserved' CHECK (status IN ('reserved', 'paid', 'cancelled', 'refunded'))
);
CREATE TABLE crew_members (
    crew_member_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    job TEXT NOT NULL CHECK (job IN ('stage manager', 'sound engineer', 'lighting technician', 'usher')),
    hourly_wage NUMERIC(10,2) NOT NULL CHECK (hourly_wage > 0),
    phone_number TEXT
);
CREATE TABLE event_crew_members (
    event_id INTEGER NOT NULL REFERENCES events(event_id),
    crew_member_id INTEGER NOT NULL REFERENCES crew_members(crew_member_id),
    PRIMARY KEY (event_id, crew_member_id)
);
CREATE TABLE instruments (
    instrument_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    hall_id INTEGER REFERENCES halls(hall_id),
    condition TEXT NOT NULL DEFAULT 'good' CHECK (condition IN ('excellent', 'good', 'fair', 'in repair')),
    insured_value NUMERIC(10,2) NOT NULL CHECK (insured_value >= 0),
    last_tuned_date DATE
);

"""

HALLS = (
    ("Great Hall", 1240, 4800.0),
    ("Chamber Room", 226, 950.0),
    ("Granary Studio", 94, 420.0),
    ("Winter Garden", 380, 1650.0),
)

PROMOTERS = (
    ("Blue Kettle Presents", "blue-kettle.example"),
    ("Harbour City Arts Council", "harbour-arts.example"),
    ("Saltroad Touring", "saltroad.example"),
    ("Moth & Lantern Productions", "mothlantern.example"),
    ("Five Continents Music", "fivecontinents.example"),
    ("Small Ears Collective", "smallears.example"),
)

# Genre | earliest start | dearest ticket | titles.
SEASON = """
classical|19:30|78|Strings by Candlelight/The Young Soloists' Gala/Serenades for a Quiet Harbour/\
Four Hands, One Piano/Quartets Without Chairs/A Requiem for the Lighthouse/Overtures at Dusk/\
Cellos in the Round/\
The Founders' Concert
jazz|20:00|56|Nightfall at the Blue Kettle/Big Band Ballroom/Trumpets over Lindgate/Slow Burn Sessions/\
An Evening in Seven-Four/Standards and Strangers/The Late Set with Horns
folk|19:30|42|Songs of the Salt Road/Fiddles Against the Cold/Ballads from Both Banks/The Ceilidh Marathon/\
Harp and Hearth/Kitchen Party Live
choral|18:00|38|Canticles for the Harbour/Psalms and Shanties/The Great Chorus Relay/Voices Under the Dome
world|19:00|62|Rhythms of the Niger/Tango After Rain/Oud and Orchestra/Taiko Thunder/Saffron Nights/\
Cumbia in the Garden
family|10:30|24|Hedgehog Learns the Tuba/Pirates of the Percussion/The Sleepy Bear Concert/Orchestra Zoo/\
Puppets and Piccolos
spoken word|20:00|31|The Comedy of Errands/Stories in the Dark/Slam Night Finals/An Hour with the Moon
electronic|21:00|46|Modular Evenings/Glass, Tape and Feedback/The Silent Film Reimagined/\
Synthesizers and Starlight/Drones for a Long Room
"""

# Genre | each artist with the city they come from and the usual fee.
LINEUP = """
classical|Larkspur Quartet,Leeds,3200/Lindgate Chamber Orchestra,Lindgate,14500/\
Ottoline Verhagen,Ghent,5750/\
Northern Reed Ensemble,Oslo,4100/Tomasz Wilkowicz,Krakow,6900/Saint Brannoc Sinfonia,Exeter,18250/\
Hye-won Baek,Busan,7400
jazz|Delroy Mapplethwaite Trio,Kingston,2850/Copper Kettle Big Band,Lindgate,6200/\
Nerissa Vantongeren,Antwerp,3950/\
Five Past Blue,Chicago,4700/Halvard Lindqvist Sextet,Bergen,5300
folk|Salt Road Fiddlers,Halifax,2100/Maeve Tarrabane,Galway,1850/Bog Oak,Sligo,1600/\
Juniper and Rust,Asheville,2350/\
Catrin Mostyn-Rees,Bangor,1450
choral|Harbour Voices,Lindgate,900/Lindgate Festival Chorus,Lindgate,1200/Umoja Gospel Choir,Toronto,3400/\
Tallinn Winter Choir,Tallinn,5100
world|Sahel Strings,Niamey,4300/Tango Ceniza,Rosario,3800/Red Fox Drummers,Sendai,6600/\
Qanun Collective,Amman,3550/\
Los Gallos de la Sierra,Oaxaca,4050/Kora Project Bamako,Bamako,3700
family|Captain Clatter,Lindgate,780/Marionette Lane,Prague,1950/Professor Pizzicato,Montreal,1100/\
The Tuba Hedgehogs,Utrecht,1350
spoken word|Ingram Fosse,Dublin,1250/Tilly Boone-Akande,Bristol,980/The Errand Players,Lindgate,1700/\
Baba Oduwole,Ibadan,1150
electronic|Glasshouse Circuits,Berlin,2900/Vela Null,Reykjavik,3300/Tape Meridian,Sheffield,2250/\
Snowdrift Radio,Helsinki,2650
"""

# Name, hall (by its position above, from 1; none: in store), insured value.
INSTRUMENTS = (
    ("Rosewood grand piano", 1, 148000.0),
    ("Ebony grand piano", 4, 92500.0),
    ("Walnut upright piano", 3, 11800.0),
    ("Chamber organ", 1, 210000.0),
    ("Double-manual harpsichord", 2, 38400.0),
    ("Pedal harp", 2, 27350.0),
    ("Bass marimba", 3, 14200.0),
    ("Timpani set", 1, 23900.0),
    ("Celesta", None, 31750.0),
    ("Tubular bells", None, 6450.0),
    ("Vibraphone", 3, 7900.0),
)

JOBS = ("stage manager",) * 2 + ("sound engineer",) * 3 + ("lighting technician",) * 2 + ("usher",) * 7
WAGES = {"stage manager": 36, "sound engineer": 33, "lighting technician": 31, "usher": 18}

CLOSED = ((12, 24), (12, 25), (1, 1))
TODAY = date.fromisoformat(REFERENCE_TIME[:10])
LAST_NIGHT = TODAY - timedelta(days=1)


def _status(rng: Random, day: date) -> str:
    if day < TODAY:
        return "completed" if rng.random() < 0.93 else "cancelled"
    if day > TODAY + timedelta(days=100):
        return "announced"
    return rng.choice(("on sale",) * 10 + ("postponed", "cancelled"))


def _events(rng: Random) -> list[tuple[int, str, str, int, int | None, datetime, int, float, str]]:
    shows: list[tuple[str, str, str, int]] = []
    for line in SEASON.strip().splitlines():
        genre, start, top_price, titles = line.split("|")
        shows += [(title, genre, start, int(top_price)) for title in titles.split("/")]
    rng.shuffle(shows)
    season = [date(2025, 9, 12) + timedelta(days=days) for days in range(282)]
    evenings = sorted(
        rng.sample([day for day in season if day.weekday() != 0 and (day.month, day.day) not in CLOSED], len(shows))
    )
    events: list[tuple[int, str, str, int, int | None, datetime, int, float, str]] = []
    for number, ((title, genre, start, dearest), day) in enumerate(zip(shows, evenings, strict=True), 1):
        big = {"classical": (1, 2, 1), "choral": (1, 1, 4), "family": (4, 4, 2), "spoken word": (3, 2)}
        hall = rng.choice(big.get(genre, (1, 2, 3, 4, 4)))
        # In quarters of a dollar; the smaller the hall, the cheaper the ticket.
        ticket = round(dearest * {1: 4.0, 4: 3.2, 2: 2.8, 3: 2.2}[hall] - 24 * rng.random()) / 4
        begins = datetime.combine(day, time.fromisoformat(start)) + timedelta(minutes=rng.choice((0, 0, 30, 60)))
        length = rng.randrange(45, 66) if genre == "family" else rng.randrange(70, 166)
        promoter = sometimes(rng, 0.7, 1 + rng.randrange(len(PROMOTERS)))
        events.append((number, title, genre, hall, promoter, begins, length, ticket, _status(rng, day)))
    return events


def script(seed: int = 0) -> str:
    rng = Random(f"{NAME} {seed}")
    names = people(rng, 86)
    phones = phone_numbers(rng, "604-555-01{}", 2, 100)
    events = _events(rng)
    artists: list[Row] = []
    playing: dict[str, list[int]] = {}
    for line in LINEUP.strip().splitlines():
        genre, entries = line.split("|")
        for name, city, fee in (entry.split(",") for entry in entries.split("/")):
            mail = sometimes(rng, 0.85, f"{name.replace(' ', '').lower()}@{rng.choice(MAIL_HOSTS)}")
            artists.append((len(artists) + 1, name, genre, city, mail, sometimes(rng, 0.9, float(fee))))
            playing.setdefault(genre, []).append(len(artists))
    crew = []
    for number, ((first, last), job) in enumerate(zip(names[:14], JOBS, strict=True), 1):
        wage = WAGES[job] + rng.randrange(0, 400, 5) / 100
        crew.append((number, first, last, job, wage, sometimes(rng, 0.9, phones.pop())))
    customers: list[Row] = []
    registered = sorted(day_between(rng, date(2017, 9, 1), date(2025, 5, 10)) for _ in names[14:])
    for number, ((first, last), day) in enumerate(zip(names[14:], registered, strict=True), 1):
        level = rng.choice(("none",) * 6 + ("friend",) * 3 + ("patron",))
        phone = sometimes(rng, 0.75, phones.pop())
        customers.append((number, first, last, email(first, last, rng.choice(MAIL_HOSTS)), phone, level, day))

    event_artists: list[Row] = []
    event_crew: list[Row] = []
    orders: list[tuple[date, int, int, int, str, float, str]] = []
    goers = rng.sample(range(1, len(customers) + 1), len(customers))
    for event_id, _, genre, hall, _, begins, _, ticket, status in events:
        day = begins.date()
        acts = sorted(rng.sample(playing[genre], rng.choice((1, 1, 1, 2, 2, 3))))
        event_artists += [(event_id, act) for act in acts]
        if status != "announced":
            ushers = rng.sample(range(8, 15), 2 if hall == 1 else 1)
            shift = sorted({1 + rng.randrange(2), 3 + rng.randrange(3), 6 + rng.randrange(2), *ushers})
            event_crew += [(event_id, member) for member in shift]
        for _ in range(0 if status == "announced" else 1 + rng.randrange(9)):
            booked = day_between(rng, day - timedelta(days=120), min(day - timedelta(days=1), LAST_NIGHT))
            seats = 24 if rng.random() < 0.02 else rng.choice((1, 2, 2, 2, 3, 4, 4, 5, 6))
            area = rng.choice(("stalls", "stalls", "balcony", "box")) if hall == 1 else "unreserved"
            each = round(ticket * {"balcony": 0.8, "box": 1.5}.get(area, 1.0), 2)
            state = "paid" if rng.random() < 0.9 else "cancelled"
            if status == "cancelled":
                state = "refunded"
            elif day > TODAY and booked > TODAY - timedelta(days=21):
                state = rng.choice(("reserved", "paid"))
            orders.append((booked, favoured(rng, goers), event_id, seats, area, each, state))
    bookings = [
        (number, goer, event_id, seats, area, each, booked, state)
        for number, (booked, goer, event_id, seats, area, each, state) in enumerate(sorted(orders), 52018)
    ]
    promoters = [
        (number, name, f"office@{host}", sometimes(rng, 0.8, phones.pop()))
        for number, (name, host) in enumerate(PROMOTERS, 1)
    ]
    instruments: list[Row] = []
    for number, (name, home, value) in enumerate(INSTRUMENTS, 1):
        condition = rng.choice(("excellent", "good", "good", "fair", "in repair"))
        tuned = None if name in ("Tubular bells", "Vibraphone") else day_between(rng, date(2025, 3, 1), LAST_NIGHT)
        instruments.append((number, name, home, condition, value, tuned))
    return SCHEMA + "\n".join(
        (
            inserts("halls", [(number, *hall_row) for number, hall_row in enumerate(HALLS, 1)]),
            inserts("promoters", promoters),
            inserts("events", events),
            inserts("artists", artists),
            inserts("event_artists", event_artists),
            inserts("customers", customers),
            inserts("bookings", bookings),
            inserts("crew_members", crew),
            inserts("event_crew_members", event_crew),
            inserts("instruments", instruments),
        )
    )


if __name__ == "__main__":
    print(script(), end="")
