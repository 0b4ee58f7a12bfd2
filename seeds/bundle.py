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


BUNDLED = Path(__file__).parents[1] / "turnwise" / "worlds" / "bundled"


def build(module: ModuleType) -> World:
    """The world of one seed, with the situations that stand beside it."""
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / f"{module.NAME}.sql"
        seed.write_text(module.script(), "utf-8")
        return make_world(
            seed,
            name=module.NAME,
            domain=module.DOMAIN,
            description=module.DESCRIPTION,
            policy=module.POLICY,
            situations=(BUNDLED / module.NAME / "situations.yaml").read_text("utf-8"),
            reference_time=module.REFERENCE_TIME,
        )


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else BUNDLED
    for seed_module in SEEDS:
        save_world(build(seed_module), target / seed_module.NAME)
