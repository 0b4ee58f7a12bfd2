"""The common words by which people say what they want. General English; nothing here comes from any world."""

WH = frozenset(["what", "which", "who", "whom", "whose", "where", "when", "how"])
CHANGE = frozenset(
    [
        "change",
        "changed",
        "changing",
        "update",
        "updated",
        "updating",
        "set",
        "modify",
        "modified",
        "edit",
        "edited",
        "correct",
        "corrected",
        "adjust",
        "adjusted",
        "rename",
        "renamed",
        "make",
        "made",
        "move",
        "moved",
        "switch",
        "switched",
        "replace",
        "replaced",
        "raise",
        "lower",
        "increase",
        "reduce",
        "put",
        "reschedule",
    ]
)
CREATE = frozenset(
    [
        "add",
        "added",
        "create",
        "created",
        "enter",
        "entered",
        "insert",
        "inserted",
        "register",
        "registered",
        "record",
        "open",
        "opened",
        "book",
        "booked",
        "make",
        "made",
        "new",
        "set",
        "up",
        "put",
        "schedule",
    ]
)
LINK = frozenset(
    ["add", "added", "put", "assign", "assigned", "attach", "attached", "include", "included", "link", "linked"]
)
UNLINK = frozenset(
    ["take", "taken", "remove", "removed", "off", "drop", "dropped", "unassign", "detach", "delete", "deleted"]
)
DELETE = frozenset(
    [
        "delete",
        "deleted",
        "remove",
        "removed",
        "cancel",
        "cancelled",
        "canceled",
        "erase",
        "erased",
        "drop",
        "dropped",
        "rid",
    ]
)
LISTING = frozenset(["list", "show", "all", "every", "give", "see", "display"])
MANY = ("many", "number", "count")
SUMS = {"total": "sum", "sum": "sum", "combined": "sum", "altogether": "sum", "average": "average", "mean": "average"}

HIGH = frozenset(
    [
        "highest",
        "most",
        "latest",
        "longest",
        "biggest",
        "largest",
        "greatest",
        "newest",
        "maximum",
        "max",
        "top",
        "youngest",
        "heaviest",
        "dearest",
        "priciest",
        "best",
        "last",
        "recent",
        "expensive",
        "tallest",
        "descending",
        "desc",
    ]
)
LOW = frozenset(
    [
        "lowest",
        "least",
        "earliest",
        "shortest",
        "smallest",
        "oldest",
        "minimum",
        "min",
        "cheapest",
        "fewest",
        "lightest",
        "first",
        "bottom",
        "worst",
        "ascending",
        "asc",
    ]
)
# A superlative that names its own measure, and words that such a measure's field may have, likeliest first.
MEASURED = {
    "longest": "length duration milliseconds seconds minutes hours runtime pages page distance days",
    "shortest": "length duration milliseconds seconds minutes hours runtime pages page distance days",
    "latest": "date time at on year",
    "newest": "date created added year time",
    "earliest": "date time at on year",
    "oldest": "birth born year date founded built",
    "youngest": "birth born year date",
    "recent": "date time at on year",
    "last": "date time at on",
    "first": "date time at on",
    "expensive": "price cost amount fee rent rate total value",
    "cheapest": "price cost amount fee rent rate total value",
    "dearest": "price cost amount fee rent rate total value",
    "priciest": "price cost amount fee rent rate total value",
    "biggest": "total amount size area capacity seats quantity bytes metres",
    "largest": "total amount size area capacity seats quantity bytes metres",
    "smallest": "total amount size area capacity seats quantity bytes metres",
    "heaviest": "weight",
    "lightest": "weight",
    "tallest": "height",
}
BACK = frozenset(
    [
        "that",
        "this",
        "it",
        "its",
        "the",
        "same",
        "their",
        "they",
        "them",
        "those",
        "these",
        "he",
        "she",
        "his",
        "her",
        "him",
        "one",
        "there",
    ]
) - {"the"}
ARTICLES = frozenset(["the", "a", "an", "my", "our", "your"])
PREPOSITIONS = frozenset(
    ["of", "for", "from", "on", "in", "to", "about", "at", "by", "with", "into", "off", "onto", "belonging"]
)
BELONG = frozenset(
    [
        "are",
        "is",
        "there",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "belong",
        "belongs",
        "to",
        "for",
        "of",
        "in",
        "on",
        "by",
        "from",
        "at",
        "with",
        "the",
        "exist",
        "we",
        "all",
        "linked",
        "attached",
        "assigned",
        "got",
        "under",
        "got",
        "available",
    ]
)
POLITE = frozenset(["please", "thanks", "thank", "you", "now", "again", "instead", "kindly"])
SMALL = frozenset("in of per the a for".split())
AND = frozenset({"and", "plus", "as", "also"})
PLACES = ["city", "country", "state", "town", "district", "region", "branch", "location", "place"]
MORE = frozenset(["more", "than", "over", "above", "after", "since", "least", "exceeding", "later", "from"])
LESS = frozenset(["less", "than", "under", "below", "before", "until", "most", "fewer", "earlier", "up"])

_OTHERS = (
    "could can would will you tell look find out check know need like want looking wondering curious have having "
    "the please which what that this then after next also and with for from there their your done thanks thank "
    "sorry meant actually instead hmm wait mistake should supposed over than name called named titled number "
    "belong help something else new topic goal another thing more question quite asked still missing about how "
    "where when whose not i me no ok be got get need any noted changed good great perfect okay morning hello once while same time everything all"
)
SPOKEN = frozenset(
    WH | CHANGE | CREATE | LINK | UNLINK | DELETE | LISTING | set(MANY) | set(SUMS) | HIGH | LOW | BACK | ARTICLES
    | PREPOSITIONS | BELONG | POLITE | AND | set(_OTHERS.split())
)  # fmt: skip
