"""Make the bundled worlds anew: `python seeds/bundle.py [DIRECTORY]`. The same seeds give the same bytes."""

import sys
import tempfile
from pathlib import Path
from types import ModuleType

import bike_workshop
import city_library
import concert_hall
import housing_association

from turnwise.synthesis.pipeline import make_world
from turnwise.worlds import World, save_world

SEEDS: tuple[ModuleType, ...] = (city_library, bike_workshop, concert_hall, housing_association)


def build(module: ModuleType) -> World:
    """The world of one seed."""
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / f"{module.NAME}.sql"
        seed.write_text(module.script(), "utf-8")
        return make_world(
            seed,
            name=module.NAME,
            domain=module.DOMAIN,
            description=module.DESCRIPTION,
            policy=module.POLICY,
            reference_time=module.REFERENCE_TIME,
        )


if __name__ == "__main__":
    bundled = Path(__file__).parents[1] / "turnwise" / "worlds" / "bundled"
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else bundled
    for seed_module in SEEDS:
        save_world(build(seed_module), target / seed_module.NAME)
