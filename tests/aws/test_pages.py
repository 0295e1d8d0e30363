"""The AWS commands of the checks' pages name real services, operations and parameters.

They are looked over by the AWS CLI's own tables (`cli.py`); placeholders stay what they are. The
commands of reports are looked over and run in `tests/tests/remediation.rs`.
"""

from __future__ import annotations

import re
import shlex
import unittest
from pathlib import Path

from cli import check

PAGES = Path(__file__).resolve().parents[2] / "crates" / "harden-aws" / "src" / "checks"
FENCE = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[str]:
    """The logical lines of a block, comments left out."""
    lines = re.sub(r"\\\n\s*", " ", block).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def calls(command: str) -> list[list[str]]:
    """The `aws` calls of a command: also those after `&&`, `|`, and inside of `$(...)`."""
    found: list[list[str]] = []
    for inner in re.findall(r"\$\((aws .*?)\)", command):
        found += calls(inner)
    lexer = shlex.shlex(re.sub(r"\$\(aws .*?\)", "VALUE", command), posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if word and set(word) <= set("|&;<>"):
            if "aws" in words:
                found.append(words[words.index("aws") + 1 :])
            words = []
        else:
            words.append(word)
    return found


class Pages(unittest.TestCase):
    def test_commands_are_real(self) -> None:
        pages = sorted(PAGES.glob("*.md"))
        self.assertTrue(pages)
        seen = 0
        for page in pages:
            for block in FENCE.findall(page.read_text()):
                for command in commands(block):
                    for argv in calls(command):
                        seen += 1
                        with self.subTest(page=page.name, command=command):
                            self.assertEqual(check(argv), [])
        self.assertGreaterEqual(seen, 1)

    def test_commands_that_are_not(self) -> None:
        for command in (
            "aws rds modify-db-instanc --db-instance-identifier x",
            "aws rds modify-db-instance --db-instance x --backup-period 7",
            "aws rds modify-db-instance --backup-retention-period 7",
            "aws rdss describe-db-instances",
            "TOPIC=$(aws sns create-topicc --name x) && true",
        ):
            with self.subTest(command=command):
                (argv,) = calls(command)
                self.assertNotEqual(check(argv), [])

    def test_calls_are_found(self) -> None:
        self.assertEqual(
            calls("K=$(aws kms create-key --query 'a b') && aws sns list-topics | jq . > x; aws sts x"),
            [["kms", "create-key", "--query", "a b"], ["sns", "list-topics"], ["sts", "x"]],
        )


if __name__ == "__main__":
    unittest.main()
