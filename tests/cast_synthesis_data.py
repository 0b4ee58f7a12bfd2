"""What the scripted synthesizer knows: for two worlds the questions, the tools, faulty ones among them, and rows."""

from typing import Any

Draft = dict[str, Any]

_PLAIN = {"int": "integer", "num": "number", "str": "string", "date": "string", "bool": "boolean"}


def draft(name: str, sql: str | None, *parameters: str, effect: str = "read", ask: bool = False) -> Draft:
    """A tool as a model writes it; parameters are `name:type`, with `?` when optional and `=a|b` for an enum."""
    properties: dict[str, Any] = {}
    required = []
    for parameter in parameters:
        bare, _, kind = parameter.partition(":")
        kind, _, choices = kind.partition("=")
        schema: dict[str, Any] = {"type": _PLAIN[kind.rstrip("?")], "description": f"The {bare.replace('_', ' ')}"}
        if kind.startswith("date"):
            schema["format"] = "date"
        if choices:
            schema["enum"] = choices.split("|")
        properties[bare] = schema
        if not kind.endswith("?"):
            required.append(bare)
    made: Draft = {
        "name": name,
        "description": f"{name.replace('_', ' ').capitalize()}.",
        "parameters": {"type": "object", "properties": properties, "required": required},
        "effect": effect,
        "consequential": ask,
    }
    return made if sql is None else {**made, "sql": sql}


def write(name: str, sql: str, *parameters: str, ask: bool = False) -> Draft:
    """A tool that changes something."""
    return draft(name, sql, *parameters, effect="write", ask=ask)


MUSIC_TRACKS = (
    "SELECT t.TrackId AS track_id, t.Name AS name, a.Title AS album, r.Name AS artist, t.UnitPrice AS unit_price"
    " FROM Track t JOIN Album a ON a.AlbumId = t.AlbumId JOIN Artist r ON r.ArtistId = a.ArtistId"
)
SEARCH_TRACKS = draft(
    "search_tracks", f"{MUSIC_TRACKS} WHERE t.Name LIKE '%' || :name || '%' ORDER BY t.Name LIMIT 20", "name:str"
)
GET_CUSTOMER = draft(
    "get_customer",
    "SELECT CustomerId AS customer_id, FirstName AS first_name, LastName AS last_name, Email AS email, City AS city,"
    " Country AS country FROM Customer WHERE CustomerId = :customer_id",
    "customer_id:int",
)
FIND_CUSTOMER = draft(
    "search_customers",
    "SELECT CustomerId AS customer_id, FirstName || ' ' || LastName AS name, Email AS email FROM Customer"
    " WHERE lower(LastName) = lower(:last_name) AND (:country IS NULL OR Country = :country) ORDER BY name",
    "last_name:str",
    "country:str?",
)
LIST_INVOICES = draft(
    "list_invoices",
    "SELECT InvoiceId AS invoice_id, date(InvoiceDate) AS invoice_date, Total AS total FROM Invoice"
    " WHERE CustomerId = :customer_id AND (:since IS NULL OR InvoiceDate >= :since)"
    " AND (:until IS NULL OR InvoiceDate < :until) ORDER BY InvoiceDate DESC LIMIT COALESCE(:limit, 10)",
    "customer_id:int",
    "since:date?",
    "until:date?",
    "limit:int?",
)
SALES = draft(
    "get_sales_by_country",
    "SELECT BillingCountry AS country, count(*) AS invoices, round(sum(Total), 2) AS total FROM Invoice"
    " WHERE strftime('%Y', InvoiceDate) = :year GROUP BY BillingCountry HAVING sum(Total) >= COALESCE(:least, 0)"
    " ORDER BY total DESC",
    "year:str",
    "least:num?",
)
PLAYLIST_LENGTH = draft(
    "get_playlist_length",
    "SELECT count(*) AS tracks, sum(t.Milliseconds) / 60000 AS minutes FROM PlaylistTrack p"
    " JOIN Track t ON t.TrackId = p.TrackId WHERE p.PlaylistId = (SELECT PlaylistId FROM Playlist WHERE Name = :name)",
    "name:str",
)
LONG_TRACKS = draft(
    "list_tracks_by_length",
    "WITH long AS (SELECT TrackId, Name, Milliseconds / 1000 AS seconds FROM Track) SELECT TrackId AS track_id,"
    " Name AS name, seconds FROM long WHERE seconds BETWEEN :shortest AND :longest ORDER BY seconds DESC LIMIT 10",
    "shortest:int",
    "longest:int",
)
UPDATE_CUSTOMER = write(
    "update_customer",
    "UPDATE Customer SET Email = COALESCE(:email, Email), Phone = COALESCE(:phone, Phone), City = COALESCE(:city, City)"
    " WHERE CustomerId = :customer_id RETURNING CustomerId AS customer_id, Email AS email, Phone AS phone, City AS city",
    "customer_id:int",
    "email:str?",
    "phone:str?",
    "city:str?",
)
ADD_TRACK = write(
    "add_track_to_playlist",
    "INSERT INTO PlaylistTrack (PlaylistId, TrackId) SELECT p.PlaylistId, :track_id FROM Playlist p"
    " WHERE p.Name = :playlist RETURNING PlaylistId AS playlist_id, TrackId AS track_id",
    "playlist:str",
    "track_id:int",
)
ADD_CUSTOMER = write(
    "add_customer",
    "INSERT INTO Customer (CustomerId, FirstName, LastName, Email, Country) VALUES ((SELECT max(CustomerId) + 1"
    " FROM Customer), :first_name, :last_name, :email, :country) RETURNING CustomerId AS customer_id",
    "first_name:str",
    "last_name:str",
    "email:str",
    "country:str?",
)
REMOVE_TRACK = write(
    "remove_track_from_playlist",
    "DELETE FROM PlaylistTrack WHERE PlaylistId = :playlist_id AND TrackId = :track_id",
    "playlist_id:int",
    "track_id:int",
    ask=True,
)
PRICE = write(
    "update_track_price",
    "UPDATE Track SET UnitPrice = :unit_price WHERE TrackId = :track_id"
    " RETURNING TrackId AS track_id, UnitPrice AS unit_price",
    "track_id:int",
    "unit_price:num",
)

MUSIC_REPAIRS: dict[str, list[Draft]] = {
    # a column that is not there, mended at once
    "list_albums": [
        draft(
            "list_albums", "SELECT AlbumId AS album_id, Title AS title FROM Album WHERE Artist = :artist", "artist:str"
        ),
        draft(
            "list_albums",
            "SELECT a.AlbumId AS album_id, a.Title AS title FROM Album a JOIN Artist r ON r.ArtistId = a.ArtistId"
            " WHERE r.Name = :artist COLLATE NOCASE ORDER BY a.Title",
            "artist:str",
        ),
    ],
    # two statements, then bad SQL, then right
    "move_customer": [
        write(
            "move_customer",
            "UPDATE Customer SET City = :city WHERE CustomerId = :customer_id; SELECT changes()",
            "customer_id:int",
            "city:str",
        ),
        write(
            "move_customer",
            "UPDATE Customer SET City = :city FOR CustomerId = :customer_id",
            "customer_id:int",
            "city:str",
        ),
        write(
            "move_customer",
            "UPDATE Customer SET City = :city, Country = :country WHERE CustomerId = :customer_id"
            " RETURNING CustomerId AS customer_id, City AS city, Country AS country",
            "customer_id:int",
            "city:str",
            "country:str",
        ),
    ],
    # a write declared read
    "update_invoice_city": [
        draft(
            "update_invoice_city",
            "UPDATE Invoice SET BillingCity = :city WHERE InvoiceId = :invoice_id",
            "invoice_id:int",
            "city:str",
        ),
        write(
            "update_invoice_city",
            "UPDATE Invoice SET BillingCity = :city WHERE InvoiceId = :invoice_id",
            "invoice_id:int",
            "city:str",
        ),
    ],
    # the schema and the SQL name different parameters
    "list_employees": [
        draft(
            "list_employees",
            "SELECT EmployeeId AS employee_id, LastName AS last_name FROM Employee WHERE City = :town",
            "city:str",
        ),
        draft(
            "list_employees",
            "SELECT EmployeeId AS employee_id, LastName AS last_name FROM Employee WHERE City = :city",
            "city:str",
        ),
    ],
    # never right: finds nothing, deletes what others refer to, reads what is not the world's, changes nothing
    "list_overdue_invoices": [
        draft("list_overdue_invoices", "SELECT InvoiceId AS invoice_id FROM Invoice WHERE Total < 0"),
    ],
    "delete_artist": [
        write("delete_artist", "DELETE FROM Artist WHERE ArtistId = :artist_id", "artist_id:int", ask=True),
    ],
    "list_tables": [draft("list_tables", "SELECT name FROM sqlite_master")],
    "touch_genre": [write("touch_genre", "UPDATE Genre SET Name = Name WHERE GenreId = :genre_id", "genre_id:int")],
}

MUSIC: list[tuple[str, list[Draft | str]]] = [
    ("Do you have anything called 'Let There Be Rock'?", [SEARCH_TRACKS]),
    ("Which albums of Deep Purple are in the shop? I am after an old one.", ["list_albums", SEARCH_TRACKS]),
    ("My email changed, could you put in luis.g@mail.example? I'm customer 1.", [GET_CUSTOMER, UPDATE_CUSTOMER]),
    ("What did I pay last time? The name is Tremblay, from Canada.", [FIND_CUSTOMER, LIST_INVOICES]),
    ("I moved to Oslo in Norway, please change that for customer 4.", ["move_customer", GET_CUSTOMER]),
    ("Need the 2012 sales by country for the meeting at nine, only those above 20.", [SALES]),
    ("How long does the playlist 'Grunge' last, all in all?", [PLAYLIST_LENGTH]),
    ("Please put track 15 on the playlist 'Music'.", [ADD_TRACK]),
    ("Take track 3402 off playlist 1 again, I never liked it.", [REMOVE_TRACK]),
    ("I'd like an account: Mara Lindqvist, mara@post.example, Sweden.", [ADD_CUSTOMER, FIND_CUSTOMER]),
    ("Who of us works in Calgary?", ["list_employees"]),
    ("The invoice 98 says Paris, but the bill should go to Lyon.", ["update_invoice_city"]),
    ("Which invoices are overdue?", ["list_overdue_invoices", LIST_INVOICES]),
    ("Set the price of track 2 to 1.29.", [PRICE, SEARCH_TRACKS]),
    ("Something long for the road, 10 to 15 minutes a track?", [LONG_TRACKS]),
    ("Remove the artist with the number 25, it is there twice.", ["delete_artist"]),
    ("What is stored here at all?", ["list_tables"]),
    ("The genre 7 looks odd to me, can you save it again?", ["touch_genre"]),
    (
        "Find customer Köhler and tell me the address.",
        [{**GET_CUSTOMER, "name": "fetch_customer"}, draft("search_customers", FIND_CUSTOMER["sql"], "last_name:str")],
    ),
    (
        "Was there an invoice for customer 2 in March 2010?",
        [
            draft(
                "list_invoices",
                "SELECT InvoiceId AS invoice_id FROM Invoice WHERE CustomerId = :customer_id",
                "customer_id:int",
            )
        ],
    ),
    ("Which tracks have 'love' in their name? I make a mixtape for a wedding.", [SEARCH_TRACKS]),
    ("As a new clerk: where do I see what customer 30 bought since 2011?", [LIST_INVOICES, GET_CUSTOMER]),
]
MUSIC_EXPANSION = [
    draft(
        "list_playlists",
        "SELECT p.PlaylistId AS playlist_id, p.Name AS name, count(t.TrackId) AS tracks FROM Playlist p"
        " LEFT JOIN PlaylistTrack t ON t.PlaylistId = p.PlaylistId GROUP BY p.PlaylistId ORDER BY p.Name",
    ),
    draft(
        "list_tracks_by_genre",
        f"{MUSIC_TRACKS} JOIN Genre g USING (GenreId) WHERE g.Name = :genre ORDER BY t.Name LIMIT MIN(:limit, 20)",
        "genre:str",
        "limit:int",
    ),
    {**SEARCH_TRACKS, "name": "find_songs"},
]

CLINIC_TABLES = [
    "CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, email TEXT UNIQUE)",
    "CREATE TABLE vets (id INTEGER PRIMARY KEY, name TEXT NOT NULL, specialty TEXT NOT NULL)",
    "CREATE TABLE pets (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL REFERENCES owners(id), name TEXT NOT NULL,"
    " species TEXT NOT NULL CHECK (species IN ('dog', 'cat', 'rabbit')), born_on TEXT)",
    "CREATE TABLE visits (id INTEGER PRIMARY KEY, pet_id INTEGER NOT NULL REFERENCES pets(id), vet_id INTEGER NOT NULL"
    " REFERENCES vets(id), starts_at TEXT NOT NULL, reason TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'booked'"
    " CHECK (status IN ('booked', 'done', 'cancelled')), fee REAL NOT NULL CHECK (fee >= 0))",
]
_OWNERS = [
    "Ada O'Brien",
    "Bo Lind",
    "Cem Aydin",
    "Dora Wirth",
    "Eli Stone",
    "Fay Moreau",
    "Gus Petrov",
    "Hana Ito",
    "Ivo Kral",
    "Jun Park",
]
_VETS = ["Nora Falk", "Omar Said", "Pia Brandt", "Quim Costa", "Rhea Dunn", "Sven Aas", "Tara Nair", "Ugo Riva"]
_PETS = ["Rex", "Mimi", "Bun", "Luna", "Max", "Coco", "Tiger", "Nala", "Otis", "Pixel", "Momo", "Flint"]
CLINIC_ROWS: dict[str, tuple[list[str], list[list[Any]]]] = {
    "owners": (
        ["id", "name", "phone", "email"],
        [[n, o, f"0{n}1-55{n:02}", f"{o.split()[0].lower()}@mail.example"] for n, o in enumerate(_OWNERS, 1)],
    ),
    "vets": (
        ["id", "name", "specialty"],
        [[n, v, ("surgery", "teeth", "skin")[n % 3]] for n, v in enumerate(_VETS, 1)],
    ),
    "pets": (
        ["id", "owner_id", "name", "species", "born_on"],
        [
            [n, n % 10 + 1, p, ("dog", "cat", "rabbit")[n % 3], None if n == 5 else f"20{10 + n}-0{n % 9 + 1}-14"]
            for n, p in enumerate(_PETS, 1)
        ],
    ),
    "visits": (
        ["id", "pet_id", "vet_id", "starts_at", "reason", "status", "fee"],
        [
            [
                n,
                n % 12 + 1,
                n % 8 + 1,
                f"2026-0{n % 3 + 1}-{n:02} {8 + n % 9:02}:30:00",
                ("vaccination", "limping; won't eat", "check-up")[n % 3],
                ("booked", "done", "cancelled")[n % 3],
                25 + n * 2.5,
            ]
            for n in range(1, 25)
        ],
    ),
}

FIND_OWNER = draft(
    "search_owners",
    "SELECT id AS owner_id, name, phone, email FROM owners WHERE name LIKE '%' || :name || '%' ORDER BY name",
    "name:str",
)
LIST_PETS = draft(
    "list_pets",
    "SELECT p.id AS pet_id, p.name, p.species, p.born_on FROM pets p WHERE p.owner_id = :owner_id"
    " AND (:species IS NULL OR p.species = :species) ORDER BY p.name",
    "owner_id:int",
    "species:str?=dog|cat|rabbit",
)
LIST_VISITS = draft(
    "list_visits",
    "SELECT v.id AS visit_id, v.starts_at, d.name AS vet, v.reason, v.status, v.fee FROM visits v"
    " JOIN vets d ON d.id = v.vet_id WHERE v.pet_id = :pet_id AND date(v.starts_at) > :after ORDER BY v.starts_at",
    "pet_id:int",
    "after:date",
)
BOOK = write(
    "add_visit",
    "INSERT INTO visits (pet_id, vet_id, starts_at, reason, fee) VALUES (:pet_id, :vet_id, :starts_at, :reason,"
    " COALESCE(:fee, 40)) RETURNING id AS visit_id, starts_at, status",
    "pet_id:int",
    "vet_id:int",
    "starts_at:str",
    "reason:str",
    "fee:num?",
)
CANCEL = write(
    "cancel_visit",
    "UPDATE visits SET status = 'cancelled' WHERE id = :visit_id AND status = 'booked'"
    " RETURNING id AS visit_id, status",
    "visit_id:int",
    ask=True,
)
VETS = draft(
    "list_vets", "SELECT id AS vet_id, name, specialty FROM vets WHERE specialty = :specialty", "specialty:str"
)
FEES = draft(
    "get_fees",
    "SELECT count(*) AS visits, sum(fee) AS total FROM visits WHERE status = :status AND fee <= :most",
    "status:str=booked|done|cancelled",
    "most:num",
)
PHONE = write(
    "update_owner_phone",
    "UPDATE owners SET phone = :phone WHERE id = :owner_id RETURNING id AS owner_id, name, phone",
    "owner_id:int",
    "phone:str",
)
CLINIC_REPAIRS: dict[str, list[Draft]] = {
    "add_pet": [
        write("add_pet", "INSERT INTO pets VALUES (?, ?, ?)", "owner_id:int", "name:str", "species:str"),
        write(
            "add_pet",
            "INSERT INTO pets (owner_id, name, species) VALUES (:owner_id, :name, :species)",
            "owner_id:int",
            "name:str",
            "species:str=dog|cat|rabbit",
        ),
    ],
    "delete_owner": [write("delete_owner", "DELETE FROM owners WHERE id = :owner_id", "owner_id:int", ask=True)],
    "list_free_slots": [draft("list_free_slots", "SELECT slot FROM slots WHERE day = :day", "day:date")],
}
CLINIC: list[tuple[str, list[Draft | str]]] = [
    ("When is Rex due next? I'm Ada O'Brien.", [FIND_OWNER, LIST_PETS, LIST_VISITS]),
    ("My rabbit Bun won't eat, can someone see him on 3 March at half past nine?", [LIST_PETS, VETS, BOOK]),
    ("Please cancel visit 3, we are away.", [CANCEL]),
    ("Who looks at teeth here?", [VETS]),
    ("We have a new kitten, Pepper. Owner is Bo Lind.", [FIND_OWNER, "add_pet"]),
    ("My number is 031-5599 now (Cem Aydin).", [FIND_OWNER, PHONE]),
    ("What is still open in fees of up to fifty?", [FEES]),
    ("Delete Dora Wirth from the files, she moved.", ["delete_owner"]),
    ("Anything free on Friday?", ["list_free_slots"]),
    ("Which dogs does owner 4 have?", [draft("list_pets", "SELECT id AS pet_id FROM pets", "owner_id:int")]),
    ("Book a check-up for Luna with Pia Brandt, first thing on Monday.", [LIST_PETS, BOOK]),
    ("How much did we take in February?", [FEES]),
    ("What was Max here for last time?", [{**LIST_VISITS, "name": "get_history"}]),
    ("Which pets does Fay Moreau bring?", [FIND_OWNER, LIST_PETS]),
    ("Could I see the skin doctor with Coco?", [VETS, BOOK]),
    ("Please move me off the list for the 7th; it is visit 6.", [CANCEL]),
    ("I am new at the desk: how do I find an owner by name?", [FIND_OWNER]),
    ("Is the visit of Tiger in January paid and done?", [LIST_VISITS]),
    ("Gus Petrov got a new phone, 071-1234.", [PHONE]),
    ("Two cats and a dog for Hana Ito, all of them for vaccination.", [LIST_PETS, BOOK]),
]
CLINIC_EXPANSION = [
    draft(
        "get_visit",
        "SELECT id AS visit_id, pet_id, vet_id, starts_at, status FROM visits WHERE id = :visit_id",
        "visit_id:int",
    ),
    write(
        "close_visit", "UPDATE visits SET status = 'done', fee = :fee WHERE id = :visit_id", "visit_id:int", "fee:num"
    ),
]
