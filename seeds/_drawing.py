"""Drawing lifelike values: people, telephone numbers, prices, days, and choices with favourites.

Only the parts of `random` whose results are the same on every supported Python are used here.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")

FIRST_NAMES = """
Aaliyah Abena Adriana Agnes Aisha Akira Aleksander Amara Amit Anders Andrea Angus Anneke Anton Arjun Astrid
Beatriz Benedict Bilal Bridget Camila Carmen Cedric Chidi Ciara Clara Cosmin Dalia Daniel Darius Delphine
Devika Diego Dmitri Dorothy Edith Eduardo Efua Eleni Elif Emeka Emil Enzo Esther Eun-ji Farid Fatima Felix
Fiona Francesca Gareth Gloria Grace Gunnar Hamza Hannah Haruka Hector Helga Hugo Ibrahim Imogen Ingrid Isaac
Ivana Jamal Jasmine Javier Joanna Jonas Joseph Kamala Karim Katarzyna Keiko Kenji Kwame Lars Latoya Laszlo
Leona Linh Lorenzo Lucia Magnus Malik Marcus Mariam Marta Mei Miguel Mina Moses Nadia Naomi Nikolai Nora
Olga Omar Oscar Paloma Patrick Pavel Petra Priya Quentin Rachel Rafael Ravi Rosa Ruth Sanjay Selma Siobhan
Sofia Stefan Tariq Teresa Thomas Umar Uma Valentina Vera Victor Wanda Winston Xavier Yasmin Yusuf Zainab
Zoltan
"""

LAST_NAMES = """
Abara Abdullahi Achterbosch Adeyemi Ahlgren Akhtar Alvarado Amundsen Anand Antonescu Appiah Arslan Ashworth
Bakshi Balogun Banerjee Barbosa Bergstrom Bianchi Blackwood Boateng Borowski Brennan Bukowski Callaghan
Campos Carvalho Castellanos Chaudhry Christodoulou Coleman Cooke Cunningham Dacosta Dahl Desai Diallo
Dimitrov Donnelly Dubois Eberhardt Ekwueme Eriksen Estrada Fairweather Farouk Ferreira Fitzgerald Fontaine
Friedman Fukuda Gallagher Georgiou Ghosh Gonzalez Greenhalgh Grigorescu Gustafsson Haddad Halloran Hashimoto
Hendricks Herrera Hoffmann Horvath Hussain Ibarra Ishikawa Iversen Jankowski Jansen Jimenez Kaplan Karlsson
Kaur Keating Khalil Kim Kovacs Kowalczyk Kruger Lambert Larsen Leclerc Lindholm Lombardi Lopes MacLeod
Mahmood Mancini Marchetti Mbatha Mendoza Mensah Molnar Morales Mukherjee Mwangi Nakamura Nasser Ndiaye Nguyen
Novak Nwosu Nystrom O'Brien O'Malley Obi Odhiambo Okafor Olsen Ortega Osei Owusu Papadakis Patel Pereira
Petrov Popescu Pritchard Qureshi Quigley Rahman Ramirez Rasmussen Reddy Rosenthal Rossi Sandoval Schneider
Shapiro Sharma Sithole Stavros Sullivan Szabo Takahashi Tanaka Thorne Tran Ueda Usman Vargas Vasquez
Verhoeven Virtanen Wadsworth Weaver Whitlock Wierzbicki Wong Yamamoto Yilmaz Zhang Zielinski Zulu
"""

MAIL_HOSTS = ("example.com", "example.com", "example.net", "example.org")


def people(rng: Random, count: int) -> list[tuple[str, str]]:
    """First and last names; last names never repeat, so no full name can contain another."""
    firsts = FIRST_NAMES.split()
    return [(rng.choice(firsts), last) for last in rng.sample(LAST_NAMES.split(), count)]


def email(first: str, last: str, host: str) -> str:
    """An address at one of the hosts reserved for examples."""
    return f"{first}.{last}@{host}".replace("'", "").lower()


def phone_numbers(rng: Random, pattern: str, digits: int, count: int) -> list[str]:
    """Different numbers from one of the ranges that are reserved for fiction."""
    return [pattern.format(f"{number:0{digits}}") for number in rng.sample(range(10**digits), count)]


def favoured(rng: Random, items: Sequence[T]) -> T:
    """An item, those near the front far more often than those at the back."""
    return items[int(len(items) * rng.random() * rng.random())]


def sometimes(rng: Random, chance: float, value: T) -> T | None:
    """The value as often as the chance says, otherwise nothing."""
    return value if rng.random() < chance else None


def price(rng: Random, low: int, high: int) -> float:
    """A shop price between two whole amounts."""
    return rng.randrange(low, high) + rng.choice((0.25, 0.5, 0.75, 0.9, 0.95, 0.99))


def day_between(rng: Random, first: date, last: date) -> date:
    """A day in the span, both ends included, and never a Sunday."""
    day = first + timedelta(days=rng.randrange((last - first).days + 1))
    return day - timedelta(days=1) if day.weekday() == 6 and day > first else day
