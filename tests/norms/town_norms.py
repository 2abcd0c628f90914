"""A norm pack for the grid town, and a study of it that checks the pack."""

from __future__ import annotations

from pathlib import Path

from tests.towns import TownStudy

PACK = """\
[pack]
title = "Norms of the grid town"
checked = 2024-05-01
zone_types = { town = "Where the school is", rural = "Elsewhere" }

# Alka, Bērzi and Dižķūri are within 2 minutes, Ciemupe needs 6: 170 of 200 people.
[[norm]]
id = "t-school"
title = { en = "School within 4 minutes" }
service = "school"
aspect = "drive_time"
threshold = 4
unit = "min"
required_share = 0.8
status = "guidance"
source = { citation = "Council", where = "p. 1", grade = "O" }

# With blue lights a block takes 100 seconds at 36 km/h, and turnout 2 minutes: 7 minutes over
# three blocks to Alka and Ciemupe, 5 1/3 over two to Bērzi and Dižķūri.
[[norm]]
id = "t-rescue"
title = { en = "Rescue within 6 minutes of the call" }
service = "pharmacy"
aspect = "response_time"
threshold = 6
unit = "min"
profile = "ambulance"
direction = "from_service"
status = "law"
source = { citation = "Act", where = "1", grade = "L" }

[[norm]]
id = "t-plan"
title = { en = "Pharmacy within 5 minutes in towns" }
service = "pharmacy"
aspect = "drive_time"
threshold = 5
unit = "min"
zone_type = "town"
status = "planning_assumption"
source = { citation = "We", where = "here", grade = "A" }
"""


def ask_norms(town: TownStudy, *more: str) -> Path:
    """Write the pack beside the study, and ask the study for it."""
    pack = town.folder / "norms.toml"
    pack.write_text(PACK, "utf-8")
    asked = "\n".join(["", "[norms]", 'packs = ["norms.toml"]', *more, ""])
    with town.study.open("a", encoding="utf-8") as study:
        study.write(asked)
    return pack


def write_zone_types(town: TownStudy, text: str) -> None:
    """Write a table of zone types beside the study."""
    (town.folder / "types.csv").write_text(text, "utf-8")
