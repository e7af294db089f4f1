"""No number given to an option, however absurd, brings a fault: it is used, or refused in the user's language."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from ambos.cli import program
from ambos.cli.kinds import Number, Period, Whole
from ambos.cli.river import Flow, MexicoCut
from ambos.text import Language
from command_line import Shell

#: Never a number that an option takes.
NONE = ("-1", "1" + "0" * 30, "nan", "inf", "1e999", "٣", "²", "1_0", "", "9" * 5_000)
#: Taken by some options.
SOME = ("0", "1000000000000000000")
#: What a verb needs besides the option, so that it comes to the number.
BESIDE = {
    "simulate": ("--port", "sasabe", "--day", "2025-07-14"),
    "compare": ("a.toml", "b.toml"),
    "whatif": ("lane_more", "sasabe", "--day", "2025-07-14"),
    "staff": ("sasabe", "--day", "2025-07-14"),
    "air index": ("--pollutant", "pm25"),
}
#: Seconds in which a number that is never one is refused, on a busy machine.
SOON = 20


def _options(group: click.Command, before: str = "") -> Iterator[tuple[str, click.Option]]:
    assert isinstance(group, click.Group)
    context = click.Context(group, obj="en")
    for name in group.list_commands(context):
        command, path = group.get_command(context, name), f"{before} {name}".strip()
        if isinstance(command, click.Group):
            yield from _options(command, path)
        elif command is not None:
            yield from ((path, o) for o in command.params if isinstance(o, click.Option))


NUMERIC = [
    (path, option.opts[-1], type(option.type))
    for path, option in _options(program("en"))
    if isinstance(option.type, Whole | Number | MexicoCut | Flow | Period)
]
_NUMBERED = [(at, *numeric) for at, numeric in enumerate(NUMERIC)]
_IDS = [f"{path} {option}" for path, option, _ in NUMERIC]


def _run(shell: Shell, path: str, option: str, kind: type, value: str) -> None:
    written = f"arizona={value}" if kind is Flow else value
    found = shell(*path.split(), *BESIDE.get(path, ()), f"{option}={written}")
    assert found.code in (1, 2) if value in NONE else found.code in (0, 1, 2), found.err
    assert "Traceback" not in found.err and len(found.err) < 1_000
    assert found.seconds < SOON or value in SOME
    if value in NONE:
        assert (
            f"Invalid value for '{option}'" if shell.language == "en" else f"Valor no válido para '{option}'"
        ) in found.err


def test_every_option_with_a_number_has_limits_and_takes_only_the_digits_0_to_9() -> None:
    plain = (click.types.IntParamType, click.types.FloatParamType)
    loose = [
        (p, o.opts) for p, o in _options(program("en")) if isinstance(o.type, plain) and not isinstance(o.type, Whole)
    ]
    assert not loose
    assert len(NUMERIC) > 40


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_number_below_zero_is_refused_with_the_name_of_its_option(language: Language) -> None:
    for path, option in _options(program(language)):
        if isinstance(option.type, Whole | Number | MexicoCut | Flow | Period):
            written = "arizona=-1" if isinstance(option.type, Flow) else "-1"
            with pytest.raises(click.BadParameter) as caught:
                option.type(written, option, click.Context(click.Command(path), obj=language))
            assert f"'{option.opts[-1]}'" in caught.value.format_message() and "'-1'" in caught.value.message


@pytest.mark.parametrize(("at", "path", "option", "kind"), _NUMBERED, ids=_IDS)
def test_a_number_that_is_none_is_refused(
    shells: dict[str, Shell], at: int, path: str, option: str, kind: type
) -> None:
    _run(shells["es" if at % 2 else "en"], path, option, kind, NONE[at % len(NONE)])


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("path", "option", "kind"), NUMERIC, ids=_IDS)
def test_any_number_is_used_or_refused(
    shells: dict[str, Shell], path: str, option: str, kind: type, language: str
) -> None:
    for value in (*NONE, *SOME):
        _run(shells[language], path, option, kind, value)
