"""What models will be asked for before they are: calls, tokens and dollars by role, and a bound on the dollars."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from turnwise.errors import ModelFault, TurnwiseError

CHARACTERS = 4  # of a token, roughly, in English and JSON

Price = Any
"""An `inspect_ai.model.ModelCost`: dollars per million tokens."""


class BudgetSpent(ModelFault):
    """Raised when a model would be asked for more than `--max-cost` allows: what is there by then is kept."""


class Expected(NamedTuple):
    """What one role will be asked for in one stage, nothing of it cached."""

    role: str
    stage: str
    model: str
    calls: float
    input: float
    """tokens of all calls together"""
    output: float
    cost: float | None = None
    """dollars; None where no price is known"""

    def times(self, count: float) -> "Expected":
        """The same so many times."""
        cost = None if self.cost is None else self.cost * count
        return self._replace(calls=self.calls * count, input=self.input * count, output=self.output * count, cost=cost)

    def priced(self, prices: Mapping[str, Price]) -> "Expected":
        """The same with what it costs."""
        price = price_of(self.model, prices)
        return self if price is None else self._replace(cost=dollars(price, self.input, self.output))


def price_of(model: str, prices: Mapping[str, Price]) -> Price | None:
    """The price of a model by its name, with or without its provider's; else what Inspect's own data say."""
    for name in (model, model.partition("/")[2], model.rpartition("/")[2]):
        if name in prices:
            return prices[name]
    from inspect_ai.model import get_model_info

    info = get_model_info(model)
    return info.cost if info is not None else None


def known_price(model: str, prices: Mapping[str, Price]) -> Price:
    """The price of a model; TurnwiseError where nobody knows it."""
    if (price := price_of(model, prices)) is None:
        raise TurnwiseError(f"--max-cost needs the price of {model}: name a file that has it with --cost FILE")
    return price


def dollars(price: Price, read: float, written: float) -> float:
    """What so many tokens cost."""
    return float((read * price.input + written * price.output) / 1e6)


def tokens(text: str | int) -> float:
    """How many tokens a text has, or so many characters."""
    return (text if isinstance(text, int) else len(text)) / CHARACTERS


@dataclass
class Budget:
    """Dollars that the model of a stage may still cost."""

    most: float
    price: Price
    spent: float = 0.0

    def count(self, usage: Any) -> None:
        """Add the tokens of a reply."""
        read, written = usage.input_tokens, usage.output_tokens
        read += usage.input_tokens_cache_write or 0
        cached = (usage.input_tokens_cache_read or 0) * self.price.input_cache_read / 1e6
        self.spent += dollars(self.price, read, written) + cached

    def check(self) -> None:
        """Raise BudgetSpent where nothing is left."""
        if self.spent >= self.most:
            raise BudgetSpent(f"the budget is spent: ${self.spent:,.2f} of --max-cost {self.most:,.2f}")
