"""The norms that a study asks about, looked up before anything is routed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geoaccess.errors import StudyError, nearest_known
from geoaccess.io.norm_packs import read_norms
from geoaccess.io.profile import read_profile
from geoaccess.model.norm import Norm, NormPack, require_apart
from geoaccess.model.profile import Profile
from geoaccess.study.norms_schema import NormsTable
from geoaccess.study.schema import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedNorms:
    """
    What a study asks about norms, looked up.

    Attributes
    ----------
    norms
        Those to check, their words replaced by what stands for them in the study.
    packs
        Where they are from.
    day
        Day of the check.
    own
        Vehicle of the study.
    profiles
        Vehicles of the norms, by name.
    """

    norms: tuple[Norm, ...]
    packs: tuple[NormPack, ...]
    day: str
    own: Profile
    profiles: Mapping[str, Profile]


def asked_norms(study: Study, table: NormsTable) -> AskedNorms:
    """
    Look up the norms of a study, and what stands for their words.

    Raises
    ------
    StudyError
        If there is no day to check on, or a norm or stand-in is unknown.
    InputError
        If a pack or a profile cannot be used.
    """
    own = read_profile_of(study, study.roads.profile)
    packs = tuple(read_norms(study.pack_path(text)) for text in table.packs)
    norms = tuple(norm for pack in packs for norm in pack)
    require_apart(norms, label="norm packs")
    by_id = {norm.id: norm for norm in norms}
    _require_known("only", table.only, list(by_id))
    chosen = tuple(by_id[one] for one in by_id if not table.only or one in table.only)
    for key, words in (("services", "service"), ("groups", "group"), ("profiles", "profile")):
        _require_known(key, getattr(table, key), sorted({getattr(n, words) for n in norms}))
    _require_known("services", table.services.values(), study.kinds)
    _require_known("groups", table.groups.values(), study.settlements.groups)
    profiles = {norm.profile: _stand_in(study, table, norm, own) for norm in chosen}
    by_name: dict[str, Profile] = {}
    for profile in profiles.values():
        if by_name.setdefault(profile.name, profile) != profile:
            msg = f"norms.profiles: two profiles are named {profile.name!r}; rename one of them"
            raise StudyError(msg)
    return AskedNorms(
        norms=tuple(
            norm.model_copy(
                update={
                    "service": table.services.get(norm.service, norm.service),
                    "group": table.groups.get(norm.group, norm.group),
                    "profile": profiles[norm.profile].name,
                }
            )
            for norm in chosen
        ),
        packs=packs,
        day=_day(study, table),
        own=own,
        profiles=by_name,
    )


def norm_ids(study: Study) -> list[str] | None:
    """Ids of the norms that a study checks; None if it checks none."""
    if study.norms is None:
        return None
    return [norm.id for norm in asked_norms(study, study.norms).norms]


def _require_known(key: str, words: Iterable[str], known: Sequence[str]) -> None:
    for word in words:
        if word not in known:
            msg = f"norms.{key}: unknown {word!r}; {nearest_known(word, known)}"
            raise StudyError(msg)


def _stand_in(study: Study, table: NormsTable, norm: Norm, own: Profile) -> Profile:
    """Profile for a norm: the one that stands for it, the study's of that name, or bundled."""
    said = table.profiles.get(norm.profile)
    if said is None:
        return own if norm.profile == own.name else read_profile(norm.profile)
    chosen = read_profile_of(study, said)
    if chosen.name == own.name and chosen != own:
        msg = (
            f"norms.profiles: {said} and the study's own profile are both named {own.name!r}; "
            f"give one another name"
        )
        raise StudyError(msg)
    return chosen


def _day(study: Study, table: NormsTable) -> str:
    for role in ("after", "before"):
        if table.date is None and role in study.territory:
            return str(study.territory[role].date)
    if table.date is None:
        msg = "norms.date is missing, and there are no borders to take it from; add it"
        raise StudyError(msg)
    return table.date


def read_profile_of(study: Study, name_or_path: str) -> Profile:
    """Read a profile as a study file names it: bundled, or a file beside the study."""
    is_file = name_or_path.endswith(".toml")
    return read_profile(study.path_of(name_or_path) if is_file else name_or_path)
