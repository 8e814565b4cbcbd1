"""The place names of the shipped partnership, which no code may hold."""

import re
from functools import cache

from shp_data.domain.partnership import read_partnership
from shp_data.domain.settings import ROOT


@cache
def places() -> re.Pattern[str]:
    """Every place name of the shipped partnership as a whole word; areas in any case, as in file names."""
    known = read_partnership(ROOT / "partnership.toml")
    areas = {name for area in known.areas.lpas for name in (area.name, *area.spellings)}
    wards = {ward.name for wards in known.areas.wards.values() for ward in wards.values()}
    wards -= {"Park"}  # data.police.uk's word for many a place, too
    one_of = ["|".join(sorted(map(re.escape, names), reverse=True)) for names in (areas | {known.region}, wards)]
    return re.compile(rf"(?<!\w)(?:(?i:{one_of[0]})|{one_of[1]})(?!\w)")
