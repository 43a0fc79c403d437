"""Which figure of a service's report answers which published figure: the whole review as a table of data."""

from dataclasses import dataclass

NOT_CARRIED_YET = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure and where it is reproduced.

    `published` is its path in the year's file, `reported` its path in the reach report, `also` the paths of the same
    share over other bases, which the review may have meant and which must round to the same integer.
    """

    title: str
    published: str
    reported: str | None = NOT_CARRIED_YET
    also: tuple[str, ...] = ()


def _role_group(title: str, code: str) -> Figure:
    cell = f"role_groups[code={code}]"
    also = (f"{cell}.attendances_percent", f"{cell}.people_percent")
    return Figure(title, f"reach.role_group_percent.{code}", f"{cell}.percent", also)


def _share(title: str, name: str) -> Figure:
    return Figure(title, f"reach.{name}", f"{name}.enrolments", (f"{name}.attendances", f"{name}.people"))


_CHANGE = "programmes.leading_for_system_change_places"

FIGURES: tuple[Figure, ...] = (
    Figure("Interventions", "reach.interventions", "interventions"),
    Figure("Enrolments", "reach.enrolments", "enrolments"),
    Figure("Leaders engaged", "reach.leaders_engaged", NOT_CARRIED_YET),
    Figure("Attended on the day, %", "reach.attendance_on_the_day_percent", "attended_on_the_day_percent"),
    _role_group("Administrative and clerical, %", "administrative_and_clerical"),
    _role_group("Medical and dental, %", "medical_and_dental"),
    _role_group("Nurses, midwives and AHPs, %", "nurses_midwives_ahps"),
    _share("Female, %", "female_percent"),
    _share("Minority ethnic, %", "minority_ethnic_percent"),
    Figure(
        "Complete Leadership Series courses",
        "programmes.complete_leadership_series",
        "families[family=complete_leadership_series].programmes",
    ),
    Figure("Primary care programmes", "programmes.primary_care", "families[family=primary_care].programmes"),
    Figure("ILM cohorts", "programmes.ilm_cohorts", "families[family=ilm].interventions"),
    Figure(
        "Building a Coaching Culture cohorts",
        "programmes.building_a_coaching_culture_cohorts",
        "families[family=building_a_coaching_culture].interventions",
    ),
    Figure(
        "Healthcare Leadership Model CPD sessions",
        "programmes.facilitator_cpd_sessions",
        "families[family=facilitator_cpd].interventions",
    ),
    Figure("Leading for System Change, places", _CHANGE, "planned[family=leading_for_system_change].max_places"),
    Figure(
        "Leading for System Change, pilot systems",
        f"{_CHANGE}.pilot_systems_planned",
        "planned[family=leading_for_system_change].cohorts",
    ),
    Figure(
        "Leading for System Change, delivered",
        f"{_CHANGE}.delivered",
        "families[family=leading_for_system_change].interventions",
    ),
)
