"""What reports need of a directory file: teams, recipients, terms, pupils on roll, when numbers are checked again."""

from bot.directory.entries import Directory
from bot.directory.readers import readers
from bot.teams import Reporting, Team
from storage.shapes import PersonId, SchoolId


def reporting(directory: Directory) -> Reporting:
    """All of it."""
    return Reporting(
        teams=tuple(Team(id=one.id, name=one.name, manager=PersonId(one.manager)) for one in directory.teams),
        weekly=tuple(PersonId(one) for one in directory.digest.weekly),
        board=readers(directory, directory.digest.board),
        partnership=readers(directory, directory.digest.partnership),
        starts=directory.programme.starts,
        hide_below=directory.digest.hide_below,
        terms=tuple((one.name, one.first, one.last) for one in directory.calendar.terms),
        pupils={(SchoolId(school.id), roll.term): roll.pupils for school in directory.schools for roll in school.rolls},
        reviews=tuple((one.label, one.review_by) for one in directory.contacts)
        + tuple((one.name, one.review_by) for one in directory.neighbours),
    )
