"""Settings: the environment over the file over the default, faults by name, and documents that keep up."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from hub.settings import Section, Settings, environment_name, read_settings
from intake.errors import Invalid

CHECKOUT = Path(__file__).resolve().parents[2]


def settings_of(folder: Path, file: str = "", **environment: str) -> Settings:
    """Settings of a data folder with this `hub.toml`."""
    if file:
        (folder / "hub.toml").write_text(file, encoding="utf-8")
    return read_settings({"HUB_DATA": str(folder), "PATH": "/usr/bin", **environment})


def refused(folder: Path, file: str = "", **environment: str) -> list[str]:
    """The pointers of the faults."""
    with pytest.raises(Invalid) as error:
        settings_of(folder, file, **environment)
    return [fault.pointer for fault in error.value.faults]


def every_field() -> list[tuple[str, str, FieldInfo]]:
    """Each setting as its name in the file, its environment variable, and its field."""
    found = []
    for name, info in Settings.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            found += [
                (f"{name}.{inner}", environment_name(name, inner), field) for inner, field in kind.model_fields.items()
            ]
        else:
            found.append((name, f"HUB_{name}".upper(), info))
    return found


def test_without_file_and_environment_the_defaults_hold(tmp_path: Path) -> None:
    assert settings_of(tmp_path) == Settings(data=tmp_path)


def test_the_defaults_are_those_of_the_doors() -> None:
    one = Settings()
    assert (one.http.port, one.sip.port, one.http.host, one.bus.url) == (8319, 5060, "127.0.0.1", "memory:")
    assert (one.data, one.city) == (CHECKOUT / "var", CHECKOUT / "cities" / "jinjiang")


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    one = settings_of(tmp_path, "[http]\nport = 8400\nsecure_cookies = true\n", HUB_HTTP_PORT="8500")
    assert (one.http.port, one.http.secure_cookies, one.http.host) == (8500, True, "127.0.0.1")


def test_proxies_are_listed_with_commas(tmp_path: Path) -> None:
    one = settings_of(tmp_path, HUB_HTTP_TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8,::1")
    assert one.http.trusted_proxies == "127.0.0.1, 10.0.0.0/8,::1"


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    one = settings_of(tmp_path, "[http]\nport = 8400\n", HUB_HTTP_PORT="", HUB_CITY="")
    assert (one.http.port, one.city) == (8400, Settings().city)


def test_an_empty_data_folder_is_the_default_one() -> None:
    assert read_settings({"HUB_DATA": "", "HUB_HTTP_PORT": ""}).data == Settings().data


def test_the_database_is_a_file_in_the_data_folder_unless_told_otherwise(tmp_path: Path) -> None:
    assert settings_of(tmp_path).database_url == f"sqlite:///{tmp_path / 'hub.db'}"
    assert settings_of(tmp_path, HUB_DATABASE_URL="postgresql://db/hub").database_url == "postgresql://db/hub"


def test_folders_of_the_environment_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    one = read_settings({"HUB_DATA": "data", "HUB_CITY": "../city"})
    assert (one.data, one.city) == (tmp_path / "data", tmp_path.parent / "city")


@pytest.mark.parametrize(
    ("file", "environment", "pointers"),
    [
        ("", {"HUB_HTTP_PORT": "0"}, ["/http/port"]),
        ("", {"HUB_HTTP_PORT": "web"}, ["/http/port"]),
        ("", {"HUB_WORKER_SWEEP_SECONDS": "0.6"}, ["/worker/sweep_seconds"]),
        ("", {"HUB_DECIDE_ATTACH": "nan"}, ["/decide/attach"]),
        ("", {"HUB_LOG_LEVEL": "LOUD", "HUB_SIP_PORT": "70000"}, ["/sip/port", "/log/level"]),
        ("[http]\nprt = 1\n", {}, ["/http/prt"]),
        ("[htpp]\nport = 1\n", {}, ["/htpp"]),
        ("", {"HUB_HTTP_TRUSTED_PROXIES": "proxy.example"}, ["/http/trusted_proxies"]),
        ("", {"HUB_HTTP_TRUSTED_PROXIES": "10.0.0.1/8"}, ["/http/trusted_proxies"]),
        ("http = 5\n", {}, ["/http"]),
        ("http = 5\n", {"HUB_HTTP_PORT": "8400"}, ["/http"]),
        ("[worker]\nbatch_size = 501\n[log]\nformat = 'xml'\n", {}, ["/worker/batch_size", "/log/format"]),
    ],
)
def test_each_setting_that_cannot_be_used_is_named(
    tmp_path: Path, file: str, environment: dict[str, str], pointers: list[str]
) -> None:
    assert refused(tmp_path, file, **environment) == pointers


@pytest.mark.parametrize("content", [b"[http\n", b"\xff\xfe", b"port = \n"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "hub.toml").write_bytes(content)
    with pytest.raises(Invalid, match=r"hub\.toml"):
        settings_of(tmp_path)


def test_settings_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().http.port = 1  # type: ignore[misc]


def test_every_environment_name_is_read(tmp_path: Path) -> None:
    samples = {"float": "0.25", "int": "7", "bool": "true"}
    for name, variable, field in every_field():
        if "." not in name or (
            field.metadata and any(hasattr(one, "pattern") and one.pattern for one in field.metadata)
        ):
            continue
        kind = getattr(field.annotation, "__name__", "")
        section, inner = name.split(".")
        value = getattr(getattr(settings_of(tmp_path, **{variable: samples.get(kind, "x")}), section), inner)
        assert (name, str(value).lower()) == (name, samples.get(kind, "x"))


def documented() -> dict[str, list[str]]:
    """Rows of the table in the documents, by setting."""
    text = (CHECKOUT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:3] == "| `"]
    return {row[0].strip("`"): row[1:] for row in rows}


def shown(default: object) -> str:
    """A default as the documents show it."""
    if isinstance(default, Path):
        return f"`{default.relative_to(CHECKOUT)}`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if default != "" else "(empty 空)"


def test_the_documents_list_every_setting_with_its_name_default_and_meaning() -> None:
    expected = {name: [variable, shown(field.default), field.description] for name, variable, field in every_field()}
    assert {name: [row[0].strip("`"), *row[1:3]] for name, row in documented().items()} == expected


def test_the_documents_say_it_in_chinese_too() -> None:
    silent = [
        name for name, row in documented().items() if not any("\u4e00" <= letter <= "\u9fff" for letter in row[3])
    ]
    assert silent == []
