"""The common words by which people say what they want. General English; nothing here comes from any world."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# -- what is asked
WH = word_set("what which who whom whose where when how")
MANY = word_set("many number count")
LISTING = word_set("list show all every give see display")
SUMS = {
    "total": "sum",
    "sum": "sum",
    "combined": "sum",
    "altogether": "sum",
    "average": "average",
    "mean": "average",
}
HIGH = word_set(
    "highest most latest longest biggest largest greatest newest maximum max top youngest heaviest dearest priciest best "
    "last recent expensive tallest descending desc"
)
LOW = word_set(
    "lowest least earliest shortest smallest oldest minimum min cheapest fewest lightest first bottom worst ascending asc"
)
_TIMES = "date time at on year"
_LENGTHS = "length duration milliseconds seconds minutes hours runtime pages page distance days"
_PRICES = "price cost amount fee rent rate total value"
_SIZES = "total amount size area capacity seats quantity bytes metres"
# A superlative that names its own measure, and words that such a measure's field may have, likeliest first.
MEASURED = {
    **dict.fromkeys(("latest", "earliest", "recent", "last", "first"), _TIMES),
    **dict.fromkeys(("longest", "shortest"), _LENGTHS),
    **dict.fromkeys(("expensive", "cheapest", "dearest", "priciest"), _PRICES),
    **dict.fromkeys(("biggest", "largest", "smallest"), _SIZES),
    "newest": "date created added year time",
    "oldest": "birth born year date founded built",
    "youngest": "birth born year date",
    "heaviest": "weight",
    "lightest": "weight",
    "tallest": "height",
}
MORE = word_set("more than over above after since least exceeding later from")
LESS = word_set("less than under below before until most fewer earlier up")

# -- what is to be done
CHANGE = word_set(
    "change changed changing update updated updating set modify modified edit edited correct corrected adjust adjusted "
    "rename renamed make made move moved switch switched replace replaced put reschedule mark "
    "raise raised increase increased lower lowered reduce reduced decrease decreased shift shifted postpone postponed push pushed"
)
RAISING = word_set("raise raised increase increased")
LOWERING = word_set("lower lowered reduce reduced decrease decreased")
CREATE = word_set(
    "add added create created enter entered insert inserted register registered record open opened book booked "
    "make made new set up put schedule"
)
LINK = word_set("add added put assign assigned attach attached include included link linked")
UNLINK = word_set("take taken remove removed off drop dropped unassign detach delete deleted")
DELETE = word_set("delete deleted remove removed cancel cancelled canceled erase erased drop dropped rid")

# -- what is spoken of
BACK = word_set("that this it its same their they them those these he she his her him one there")
ARTICLES = word_set("the a an my our your")
OWN = word_set("its their his her")
PREPOSITIONS = word_set("of for from on in to about at by with into off onto belonging")
BELONG = word_set(
    "are is there do does did has have had belong belongs to for of in on by from at with the exist we all "
    "linked attached assigned got under available"
)
PLACES = ("city", "country", "state", "town", "district", "region", "branch", "location", "place")

# Names of common fields that people use for one another.
SAME_FIELD = tuple(
    tuple(phrase.strip() for phrase in line.split("|"))
    for line in (
        "phone | phone number | telephone | telephone number | mobile | mobile number | contact number",
        "postal code | zip code | zip | postcode | post code",
        "last name | surname | family name",
        "first name | given name | forename",
        "email | email address | e-mail | e-mail address | mail address",
        "birth date | birthday | date of birth",
        "price | cost",
        "length | duration | running time",
        "street address | address",
        "name | title",
        "company | firm | employer",
    )
)

# -- what only holds a sentence together
SMALL = word_set("in of on per the a for")
POLITE = word_set("please thanks thank you now again instead kindly")
YES = word_set("yes yeah yep yup sure correct right ok okay absolutely exactly definitely")
_OTHERS = word_set(
    "and plus as also could can would will you tell look find out check know need like want looking wondering curious "
    "having please then after next your done sorry meant actually hmm wait mistake should supposed name called named "
    "titled help something else topic goal another thing more question quite asked still missing not i me no be get "
    "any noted good great perfect morning hello once while time everything let"
)
SPOKEN = frozenset().union(
    *(WH, CHANGE, CREATE, LINK, UNLINK, DELETE, LISTING, MANY, SUMS, HIGH, LOW),
    *(BACK, ARTICLES, PREPOSITIONS, BELONG, POLITE, YES, MORE, _OTHERS),
)
"""Every word that is no name and no value."""
