"""What the doctor finds in this environment, and in ones that lack something."""

import socket
from pathlib import Path

import pytest

from navtalk_widget.cli import findings
from navtalk_widget.cli.findings import Finding
from navtalk_widget.widget import bundle


def named(what: str, found: list[Finding]) -> Finding:
    (one,) = [finding for finding in found if finding.what == what]
    return one


def test_here_everything_vital_is_good() -> None:
    found = [*findings.installation(), *findings.jupyter(), *findings.network()]
    assert [finding for finding in found if finding.vital and finding.state == "bad"] == []
    assert named("navtalk-widget", found).found.startswith("0.")
    assert named("loopback", found).state == "good"
    assert named("anywidget", found).state == "good"
    assert "@jupyter-widgets/jupyterlab-manager" in named("JupyterLab's extensions", found).found


def test_a_page_of_which_something_is_missing_is_vital(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "EXTRAS", tmp_path / "extras.js")
    page = named("the widget's page", list(findings.installation()))
    assert (page.state, page.vital) == ("bad", True)
    assert "no extras.js" in page.found
    assert "make build" in page.advice


@pytest.fixture
def other_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose extras want packages that nobody has."""
    folder = tmp_path / "navtalk_widget-9.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: navtalk-widget\nVersion: 9.0\n"
        "Provides-Extra: local\nProvides-Extra: plots\nProvides-Extra: hub\n"
        "Requires-Dist: anywidget>=0.9\n"
        "Requires-Dist: aiohttp>=3.14; extra == 'local'\n"
        "Requires-Dist: never-to-be-published[more]>=1; extra == 'local'\n"
        "Requires-Dist: neither.this_one>=2; python_version < '3.99' and extra == 'plots'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_an_extra_tells_which_of_its_packages_are_missing(other_installation: Path) -> None:
    assert other_installation.is_dir()
    assert findings.missing_packages("local") == ["never-to-be-published"]
    local = named("[local]", list(findings.extras()))
    assert local.state == "absent"
    assert "never-to-be-published" in local.found
    assert local.advice == "pip install 'navtalk-widget[local]'"
    assert "neither.this_one" in named("[plots]", list(findings.extras())).found
    assert named("[hub]", list(findings.extras())).state == "good"
    assert not [finding for finding in findings.extras() if finding.what == "[whisper]"], "it has none of that name"


def test_the_extras_are_those_of_the_package() -> None:
    declared = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    for extra in findings.EXTRAS:
        assert f"\n{extra} = [" in declared


def test_no_port_on_loopback_is_vital(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(address: tuple[str, int]) -> socket.socket:
        raise PermissionError(13, f"Permission denied: {address[0]}")

    monkeypatch.setattr(socket, "create_server", refuse)
    loopback = named("loopback", list(findings.network()))
    assert (loopback.state, loopback.vital) == ("bad", True)
    assert "Permission denied" in loopback.found
    assert "127.0.0.1" in loopback.advice


def test_the_licence_is_told_of_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVTALK_LICENSE", "sk_navtalk_canary")
    licence = findings.license_key()
    assert licence.state == "good"
    assert "canary" not in repr(licence)
    monkeypatch.delenv("NAVTALK_LICENSE")
    assert findings.license_key().state == "absent"


@pytest.mark.parametrize("variable", ["JUPYTERHUB_SERVICE_PREFIX", "SSH_CONNECTION"])
def test_a_browser_elsewhere_is_noticed(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTERHUB_SERVICE_PREFIX", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    assert "on this machine" in named("the way to the page", list(findings.network())).found
    monkeypatch.setenv(variable, "/user/somebody/")
    assert "another machine" in named("the way to the page", list(findings.network())).found
