"""The process of a call, drawn from the declared state machines and the call's own settings.

Each app that owns a machine says so once (``register`` in ``AppConfig.ready``); nothing here knows the later stages. What is
drawn is what the machine allows: the way forward from state to state, the detours that lead back, and the other endings.
The list beside the drawing says the same in words; it is what screen readers read and what is printed.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from grants.core.workflow import StatefulModel, Step

Notes = Mapping[str, Sequence[str]]


def no_notes(call: Any) -> Notes:
    """The call's settings change nothing in this machine."""
    return {}


def nowhere(subject: Any, user: Any) -> str:
    """The subject is not in this machine, or the person may not know where."""
    return ""


@dataclass(frozen=True)
class Stage:
    """A machine as a part of the process. ``notes``: what the call's settings mean in its states. ``where``: the state in which
    an application is in this machine, "" when it is not there or the person may not see it."""

    title: str
    model: type[StatefulModel]
    order: int
    notes: Callable[[Any], Notes] = no_notes
    where: Callable[[Any, Any], str] = nowhere


_stages: list[Stage] = []


def register(stage: Stage) -> None:
    """Add a machine to the process; lower order stands earlier."""
    if stage not in _stages:
        _stages.append(stage)
        _stages.sort(key=lambda one: one.order)


@dataclass
class Node:
    """A state in the drawing: on the way forward, a detour that leads back, or another ending."""

    state: str
    label: str
    kind: str
    by: str
    """The step that leads here, in words; "" for the first."""
    notes: list[str] = field(default_factory=list)
    mark: str = ""
    """done, here or empty."""
    beside: list[Node] = field(default_factory=list)
    """Detours from this state."""


@dataclass(frozen=True)
class Lane:
    """A stage with its states, and its drawing."""

    title: str
    nodes: list[Node]
    endings: list[Node]
    drawing: Drawing
    is_here: bool


def process(call: Any, *, subject: Any = None, user: Any = None) -> list[Lane]:
    """The stages in order. With an application as ``subject`` its place is marked as far as the person may know it."""
    stages = list(_stages)
    places = [stage.where(subject if subject is not None else call, user) for stage in stages]
    last = max((index for index, place in enumerate(places) if place), default=-1)
    return [
        lane(stage, stage.notes(call), place, is_last=index == last)
        for index, (stage, place) in enumerate(zip(stages, places, strict=True))
    ]


def lane(stage: Stage, notes: Notes, place: str, *, is_last: bool) -> Lane:
    """One stage: done up to where the subject is. In a stage that a later one has taken over the place itself is done too."""
    nodes, endings = way_of(stage.model)
    copies = [_copy(node, notes) for node in nodes]
    ends = [_copy(node, notes) for node in endings]
    where = [node.state for node in copies]
    found = next((i for i, node in enumerate(copies) if place in (node.state, *(b.state for b in node.beside))), None)
    for index, node in enumerate(copies):
        if found is not None and index < found:
            node.mark = "done"
    for node in [*copies, *ends, *(beside for one in copies for beside in one.beside)]:
        if place and node.state == place:
            node.mark = "here" if is_last else "done"
    if found is not None and place not in where:
        copies[found].mark = "done"  # on a detour from here
    return Lane(stage.title, copies, ends, draw(copies, ends), is_here=bool(place) and is_last)


def _copy(node: Node, notes: Notes) -> Node:
    said = list(notes.get(node.state, ()))
    return Node(
        node.state, node.label, node.kind, node.by, said, beside=[_copy(beside, notes) for beside in node.beside]
    )


# What the machine allows ---------------------------------------------------------------------------------------------


@functools.cache
def way_of(model: type[StatefulModel]) -> tuple[list[Node], list[Node]]:
    """The way forward from the first state with its detours, and the other endings. From the declaration alone."""
    steps = list(model.steps().values())
    declared = cast(Any, model)._meta.get_field("state")
    labels = dict(declared.flatchoices)
    way = [Node(model.initial_state(), str(labels[model.initial_state()]), "way", "")]
    while (step := _forward(steps, way)) is not None:
        way.append(Node(str(step.target), str(labels[step.target]), "way", step.label))
    endings: list[Node] = []
    for step in steps:
        target = str(step.target)
        known = {one.state for node in way for one in (node, *node.beside)} | {node.state for node in endings}
        if target in known:
            continue
        node = Node(target, str(labels[target]), "ending", step.label)
        source = next((one for one in way if one.state in step.sources and _returns(steps, target, one.state)), None)
        if source is not None:
            node.kind = "detour"
            source.beside.append(node)
        else:
            endings.append(node)
    return way, endings


def _forward(steps: list[Step], way: list[Node]) -> Step | None:
    """The step that a case takes when all goes well: the first of the main ones, else the first that does not only lead aside."""
    passed = {node.state for node in way}
    here = way[-1].state
    found = [
        step
        for step in steps
        if here in step.sources and step.target not in passed and step.tone != "danger" and _is_for_people(step)
    ]
    aside = [step for step in found if _returns(steps, step.target, here)]
    return next(
        (step for step in found if step.tone == "primary"),
        next((step for step in found if step not in aside), None),
    )


def _returns(steps: list[Step], state: str, source: str) -> bool:
    """Whether a step leads from the state straight back to where it was left from."""
    return any(step.target == source and state in step.sources and step.tone != "danger" for step in steps)


def _is_for_people(step: Step) -> bool:
    from grants.core.people import system_only

    return step.may is not system_only


# The drawing ---------------------------------------------------------------------------------------------------------

WIDE, INDENT, LINE, PAD, GAP = 200, 18, 20, 10, 14
LETTERS, SMALL_LETTERS = 22, 28
"""How many letters fit on a line of a box, in the sizes of the label and of the small text."""


@dataclass(frozen=True)
class Text:
    """One line of text in the drawing."""

    x: int
    y: int
    words: str
    kind: str


@dataclass(frozen=True)
class Box:
    """A state in the drawing with the line that leads to it."""

    x: int
    y: int
    width: int
    height: int
    classes: str
    texts: list[Text]
    line: str


@dataclass(frozen=True)
class Drawing:
    """Shapes and texts of one stage, for calls/diagram.html."""

    width: int
    height: int
    boxes: list[Box]
    labels: list[Text]


def draw(nodes: list[Node], endings: list[Node]) -> Drawing:
    """Boxes under each other: the way forward at the left edge, detours and endings indented."""
    boxes: list[Box] = []
    labels: list[Text] = []
    y = 1
    foot = 0
    for index, node in enumerate(nodes):
        line = ""
        if index:
            words = textwrap.wrap(node.by, SMALL_LETTERS - 4)
            top, y = foot, y + 8
            for text in words:
                y += LINE - 2
                labels.append(Text(INDENT + 8, y - 4, text, "by"))
            y += 8
            line = f"M12 {top}V{y}"
        box = _box(node, 1, y, line)
        boxes.append(box)
        foot = y + box.height
        y = foot
        for beside in node.beside:
            y += GAP
            elbow = f"M12 {foot}V{y + 20}H{INDENT}"
            aside = _box(beside, INDENT, y, elbow)
            boxes.append(aside)
            y += aside.height
        if node.beside:
            foot = boxes[-1].y + boxes[-1].height if index == len(nodes) - 1 else foot
    if endings:
        y += LINE + 8
        labels.append(Text(1, y, "Kan också sluta så här", "by"))
        y += 8
        for node in endings:
            box = _box(node, INDENT, y, "")
            boxes.append(box)
            y += box.height + GAP - 6
        y -= GAP - 6
    return Drawing(WIDE + 2, y + 2, boxes, labels)


def _box(node: Node, x: int, y: int, line: str) -> Box:
    width = WIDE - (x - 1)
    less = (x - 1) // 8
    kinds = [(text, "state") for text in textwrap.wrap(node.label, LETTERS - less)]
    if node.mark == "here":
        kinds.insert(0, ("Ni är här", "now"))
    kinds += [(text, "note") for note in node.notes for text in textwrap.wrap(note, SMALL_LETTERS - less)]
    texts = [Text(x + 10, y + PAD + 15 + LINE * row, words, kind) for row, (words, kind) in enumerate(kinds)]
    height = 2 * PAD + LINE * len(kinds)
    return Box(x, y, width, height, " ".join(part for part in ("pd", node.kind, node.mark) if part), texts, line)
