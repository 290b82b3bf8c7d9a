"""What Slack takes, as published, as data. Drawing keeps to it; the tests try every number at N and at N + 1.

Lengths are counted in UTF-16 units of the text as it is sent, which is never less than what Slack counts.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Counts and lengths. One that Slack does not publish says so."""

    title: int = 24
    """Of a modal, and the texts of its two buttons."""

    view_blocks: int = 100
    """In a modal or an App Home."""

    message_blocks: int = 50
    view_bytes: int = 200_000
    """Slack takes 250 KB for the whole view; the rest is room for what is written round the blocks."""

    callback_id: int = 255
    block_id: int = 255
    """Of a block, and the id of an element."""

    section: int = 3000
    section_fields: int = 10
    section_field: int = 2000
    header: int = 150
    context_elements: int = 10
    context_text: int = 2000
    action_elements: int = 25
    button: int = 75
    button_value: int = 2000
    url: int = 3000
    image_text: int = 2000
    """What stands for a picture."""

    option: int = 75
    """Text and description of an option."""

    option_value: int = 75
    """Newer copies say 150, older ones 75."""

    checkboxes: int = 10
    """Options of one group of tick boxes or radio buttons."""

    select_options: int = 100
    """In a list, and in each of its groups."""

    select_groups: int = 100
    group_label: int = 75
    label: int = 2000
    """Of an input, and its hint."""

    placeholder: int = 150
    typed: int = 3000
    """In one box."""

    message_text: int = 4000
    message_letters: int = 12_000
    """All text of a message's blocks; not published, refused near 13,200."""


SLACK = Limits()
