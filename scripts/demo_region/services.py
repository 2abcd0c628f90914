"""Municipal services: how many, where, how large; plausible for some ninety thousand people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from demo_region.names import Name, words
from demo_region.plane import FloatArray, IntArray
from demo_region.sites import built_up_radius_m

N_DUPLICATES = 3  # schools mapped both as an area and as a point
NURSERY_NAMES = words(
    "Saulīte Pasaciņa Zvaniņš Ābelīte Bitīte Varavīksne Sprīdītis Pūcīte Taurenītis Rasa "
    "Cielaviņa Mārīte Zīlīte Vāverīte Pienenīte Dzintariņš Ezītis Lācītis Zemenīte Kastanītis"
)
CITY_GRADES = ("1-12", "1-9", "1-6", "10-12", "1-9", "1-12", "1-6", "1-9", "1-12")
SCHOOL_WORDS = {
    "1-6": "sākumskola", "1-9": "pamatskola", "1-12": "vidusskola", "10-12": "ģimnāzija"
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Service:
    """
    One service point.

    Attributes
    ----------
    kind
        school, kindergarten, family_doctor and so on.
    name
        Invented name.
    xy
        Metres, shape (2,).
    capacity
        Places, patients or beds; 0 where it means nothing.
    grades
        Of a school, such as "1-9".
    note
        Free text.
    as_area
        Whether the map shows its grounds.
    as_point
        Whether the map shows a point; both where a real map would hold a duplicate.
    """

    kind: str
    name: str
    xy: FloatArray
    capacity: int = 0
    grades: str = ""
    note: str = ""
    as_area: bool = False
    as_point: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CentreMap:
    """
    Where services may stand.

    Attributes
    ----------
    names
        Of the centres: the city, towns, then parish centres.
    xy
        Middle of each centre, metres, shape (n, 2).
    population
        Residents of each centre, shape (n,).
    n_towns
        Towns besides the city.
    seats
        Centres that are seats of a novads.
    junctions
        Road junctions, metres, shape (k, 2).
    """

    names: Sequence[Name]
    xy: FloatArray
    population: IntArray
    n_towns: int
    seats: Sequence[int]
    junctions: FloatArray


@dataclass(frozen=True, slots=True)
class _Offer:
    kind: str
    centre: int
    name: str
    capacity: int = 0
    grades: str = ""


def place_services(rng: np.random.Generator, sites: CentreMap) -> list[Service]:
    """
    Place all services by a road junction near the middle of their centre.

    Parameters
    ----------
    rng
        Source of chance.
    sites
        Centres and junctions.

    Returns
    -------
    Services ordered by kind.
    """
    offers = [
        *_schools(rng, sites),
        *_kindergartens(rng, sites),
        *_doctors(rng, sites),
        _Offer("hospital", 0, f"{sites.names[0].genitive} slimnīca", 240),
        *_spread_over(sites, "pharmacy", "aptieka", city=10, town=1.5, parishes=11),
        *_spread_over(sites, "library", "bibliotēka", city=5, town=1, parishes=34),
        *_spread_over(sites, "fire_station", "ugunsdzēsības postenis", city=2, town=1, parishes=2),
        *_spread_over(sites, "ambulance_station", "neatliekamās palīdzības punkts", city=1,
                      town=0.67, parishes=1),
        *_social_services(sites),
        *_town_halls(sites),
    ]  # fmt: skip
    tree = KDTree(sites.junctions)
    n_areas = 0
    services: list[Service] = []
    for number, offer in enumerate(offers):
        reach_m = max(0.75 * built_up_radius_m(float(sites.population[offer.centre])), 180.0)
        near = np.sort(tree.query_ball_point(sites.xy[offer.centre], reach_m))
        corner = sites.junctions[int(rng.choice(near))]
        angle, gap_m = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(28.0, 45.0)
        xy = corner + gap_m * np.array([np.cos(angle), np.sin(angle)])
        as_area = offer.kind == "hospital" or (offer.kind == "school" and number % 3 == 0)
        as_area |= offer.kind in {"kindergarten", "town_hall", "fire_station"} and number % 4 == 0
        n_areas += as_area
        twice = as_area and offer.kind == "school" and n_areas <= N_DUPLICATES
        services.append(
            Service(
                kind=offer.kind,
                name=offer.name,
                xy=xy,
                capacity=offer.capacity,
                grades=offer.grades,
                note="mapped twice: area and point" if twice else "",
                as_area=as_area,
                as_point=twice or not as_area,
            )
        )
    return services


def _largest_parishes(sites: CentreMap, n: int) -> list[int]:
    first = sites.n_towns + 1
    order = np.argsort(-sites.population[first:], kind="stable")[:n]
    return [int(k) + first for k in order]


def _numbered(sites: CentreMap, centre: int, word: str, number: int) -> str:
    ordinal = f"{number}. " if number > 1 or centre == 0 else ""
    return f"{sites.names[centre].genitive} {ordinal}{word}"


def _schools(rng: np.random.Generator, sites: CentreMap) -> Iterator[_Offer]:
    for number, grades in enumerate(CITY_GRADES, start=1):
        name = _numbered(sites, 0, SCHOOL_WORDS[grades], number)
        yield _Offer("school", 0, name, int(rng.integers(42, 90)) * 10, grades)
    for town in range(1, sites.n_towns + 1):
        name = _numbered(sites, town, "vidusskola", 1)
        yield _Offer("school", town, name, int(rng.integers(35, 65)) * 10, "1-12")
        if town <= 4:  # noqa: PLR2004
            name = _numbered(sites, town, "pamatskola", 1)
            yield _Offer("school", town, name, int(rng.integers(18, 36)) * 10, "1-9")
    for rank, parish in enumerate(_largest_parishes(sites, 26)):
        grades = "1-9" if rank < 17 else "1-6"  # noqa: PLR2004
        places = int(rng.integers(9, 18)) * 10 if grades == "1-9" else int(rng.integers(5, 9)) * 10
        yield _Offer(
            "school", parish, _numbered(sites, parish, SCHOOL_WORDS[grades], 1), places, grades
        )


def _kindergartens(rng: np.random.Generator, sites: CentreMap) -> Iterator[_Offer]:
    pets = [str(word) for word in rng.permutation(NURSERY_NAMES)]
    centres = [0] * 12 + [1, 1, 1, 2, 2, 3, 3, 4, 5, 6] + _largest_parishes(sites, 18)
    for number, centre in enumerate(centres):
        low, high = (12, 24) if centre == 0 else (9, 15) if centre <= sites.n_towns else (2, 6)
        word = pets[number % len(pets)]
        name = f'{sites.names[centre].genitive} bērnudārzs "{word}"'
        yield _Offer("kindergarten", centre, name, int(rng.integers(low, high)) * 10)


def _doctors(rng: np.random.Generator, sites: CentreMap) -> Iterator[_Offer]:
    centres = [0] * 17 + [1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6] + _largest_parishes(sites, 19)
    seen: dict[int, int] = {}
    for centre in centres:
        seen[centre] = seen.get(centre, 0) + 1
        name = _numbered(sites, centre, "ģimenes ārsta prakse", seen[centre])
        yield _Offer("family_doctor", centre, name, int(rng.integers(140, 225)) * 10)


def _spread_over(
    sites: CentreMap, kind: str, word: str, *, city: int, town: float, parishes: int
) -> Iterator[_Offer]:
    counts = {0: city}
    n_in_towns = round(town * sites.n_towns)
    for k in range(n_in_towns):
        counts[k % sites.n_towns + 1] = counts.get(k % sites.n_towns + 1, 0) + 1
    counts |= dict.fromkeys(_largest_parishes(sites, parishes), 1)
    for centre, count in counts.items():
        for number in range(1, count + 1):
            yield _Offer(kind, centre, _numbered(sites, centre, word, number))


def _social_services(sites: CentreMap) -> Iterator[_Offer]:
    yield _Offer("social_service", 0, f"{sites.names[0].genitive} pilsētas sociālais dienests")
    yield _Offer("social_service", 0, f"{sites.names[0].genitive} novada sociālais dienests")
    for seat in sites.seats:
        if seat != 0:
            name = f"{sites.names[seat].genitive} novada sociālais dienests"
            yield _Offer("social_service", seat, name)
    for parish in [p for p in _largest_parishes(sites, 8) if p not in sites.seats][:2]:
        yield _Offer("social_service", parish, f"{sites.names[parish].genitive} sociālais centrs")


def _town_halls(sites: CentreMap) -> Iterator[_Offer]:
    for centre, name in enumerate(sites.names):
        body = "pagasta pārvalde"
        if centre <= sites.n_towns:
            body = "pilsētas pārvalde" if centre else "pilsētas dome"
        yield _Offer("town_hall", centre, f"{name.genitive} {body}")
