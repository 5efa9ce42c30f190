"""Runs a check of anechoic as a test of yours.

    from anechoic import check

    def test_a_card_is_charged_once():
        check("anechoic.toml", "paid")
"""
import shutil
import subprocess
import sysconfig
from pathlib import Path

__all__ = ["Broken", "Inconclusive", "check"]


class Broken(AssertionError):
    """A promise is broken. Its text is that of the verdict, with the smallest run."""


class Inconclusive(AssertionError):
    """Nothing is known: the search ended early, or the configuration is not what it should be."""


def check(config="anechoic.toml", *scenarios, arguments=()):
    """Searches every run of these scenarios, or of all of them, and fails unless every promise holds.

    `arguments` are further ones of `anechoic check`, such as ["--faults", "2"]. Runs in the folder of the configuration.
    """
    __tracebackhide__ = True
    config = Path(config).resolve()
    command = [_command(), "--config", str(config), "check", *scenarios, *arguments]
    done = subprocess.run(command, cwd=config.parent, capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        raise (Broken if done.returncode == 1 else Inconclusive)(f"\n{done.stdout}{done.stderr}")


def _command():
    """That of this package; else the one in PATH."""
    for name in ("anechoic", "anechoic.exe"):
        own = Path(sysconfig.get_path("scripts")) / name
        if own.is_file():
            return str(own)
    found = shutil.which("anechoic")
    if found is None:
        raise Inconclusive("there is no command `anechoic`: pip install --force-reinstall anechoic")
    return found
