"""How many readings of sentences the reader of claims proposes rightly, by set and language.

    .venv/bin/python benchmarks/claims.py [--wrong]

`--wrong` lists the sentences of which a reading is missing or wrong. A reading is right only if all of it is: series, place,
item, period, comparison, value to its last digit, unit, direction. Sets: tests/specimens/claims*.toml.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from ambos.catalog import load  # noqa: E402
from claim_sentences import proposals, same, score, sentences  # noqa: E402

SETS = ("claims.toml", "claims_held_back.toml", "claims_third.toml", "claims_fourth.toml")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true")
    wrong = parser.parse_args().wrong
    catalog = load()
    print(
        f"{'set':24} {'':2} {'sentences':>9} {'given':>6} {'proposed':>8} {'right':>6} {'precision':>9} {'recall':>7}"
    )
    for name in SETS:
        listed = sentences(name)
        for language in ("en", "es"):
            own = [s for s in listed if s.language == language]
            made = score(catalog, own)
            print(
                f"{name:24} {language} {len(own):9} {made.given:6} {made.proposed:8} {made.right:6}"
                f" {made.precision:9.1%} {made.recall:7.1%}"
            )
        for sentence, proposed in proposals(catalog, listed) if wrong else ():
            hits = sum(any(same(p, given) for given in sentence.readings) for p in proposed)
            if not hits == len(proposed) == len(sentence.readings):
                print(f"  {sentence.text}\n    proposed {proposed}\n    given    {sentence.readings}")


if __name__ == "__main__":
    main()
