# SPDX-License-Identifier: MIT
"""ci/releases with stand-ins for apt: what is fetched, what is said of the rest, and that the machine stays as it is."""
import lzma
import os
import shutil
import stat
import struct

import pytest
from conftest import command

NAMES = """linux-image-6.1.0-9-cloud-amd64 linux-image-6.1.0-10-cloud-amd64 linux-image-6.1-cloud-amd64 linux-image-7.1.2+deb13-cloud-amd64
linux-binary-7.1.2+deb13-cloud-amd64 linux-binary-7.1.10+deb13-cloud-amd64 linux-binary-7.2.1+deb13-cloud-amd64 linux-source-6.1"""
STAND_INS = {
    "apt-config": "echo 'Acquire::http::Proxy \"http://proxy:3142\";'; echo 'APT::Update::Post-Invoke:: \"touch /changed\";'",
    "apt-cache": f"case $1 in search) printf '%s - a kernel\\n' {' '.join(NAMES.split())} ;; show) echo \"Version: 1-$3\" ;; esac",
    "apt-get": """echo "$APT_CONFIG $*" >> "$0.log"
case " $* " in
*" update "*) echo "E: The repository 'http://mirror/debian gone Release' does not have a Release file." >&2; exit 100 ;;
*7.2.1*) echo "E: Failed to fetch it  404" >&2; exit 100 ;;
*) cp "${0%/*}/${!#}.deb" . ;;
esac""",
}


def image(kernel):
    """A bzImage around @kernel, packed."""
    payload = lzma.compress(kernel)
    head = bytearray(1024)
    head[0x1F1] = 1
    struct.pack_into("<II", head, 0x248, 0, len(payload))
    return bytes(head) + payload


def package(folder, name, path, data):
    root = folder / "root"
    shutil.rmtree(root, ignore_errors=True)
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(f"Package: {name.replace('+', '-')}\nVersion: 1\nArchitecture: amd64\nMaintainer: a <a@b>\nDescription: a\n")
    (root / path).parent.mkdir(parents=True)
    (root / path).write_bytes(data)
    assert command("dpkg-deb", "--build", "--root-owner-group", root, folder / "bin" / f"{name}.deb").returncode == 0


@pytest.fixture
def releases(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "ci").mkdir()
    shutil.copy("ci/releases", tmp_path / "ci" / "releases")
    for name, body in STAND_INS.items():
        path = tmp_path / "bin" / name
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    package(tmp_path, "linux-image-6.1.0-10-cloud-amd64", "boot/vmlinuz-6.1.0-10", image(b"\x7fELF six"))
    package(tmp_path, "linux-binary-7.1.10+deb13-cloud-amd64", "usr/lib/modules/7.1.10/vmlinuz", b"no image that anything knows" * 40)
    package(tmp_path, "linux-source-6.1", "usr/src/linux-source-6.1.tar.xz", b"a tree")

    def run(**variables):
        return command(tmp_path / "ci" / "releases", env={**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "DOMAIN": "",
                                                          "RELEASES": "", "RELEASES_KNOWN": "6.1 7.1 7.2", **variables})
    return run


def test_the_newest_package_of_each_release(releases, tmp_path):
    done = releases()
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "releases: suite gone is not on the mirror any more" in lines
    assert "6.1   kernel  linux-image-6.1.0-10-cloud-amd64 1-linux-image-6.1.0-10-cloud-amd64" in lines
    assert any(line.startswith("7.2   kernel  not to be had: Failed to fetch it") for line in lines)
    assert "7.2   source  not to be had: no suite of the mirror has it" in lines
    folder = tmp_path / "build" / "releases"
    assert (folder / "6.1" / "kernel").read_bytes() == b"\x7fELF six", "unpacked"
    assert (folder / "7.1" / "kernel").read_bytes().startswith(b"no image"), "of linux-binary from 6.19 on, and as it is"
    assert (folder / "7.1" / "kernel.package").read_text().startswith("linux-binary-7.1.10+deb13-cloud-amd64 1-")
    assert (folder / "6.1" / "linux-source-6.1.tar.xz").read_bytes() == b"a tree"
    assert sorted(p.name for p in folder.iterdir()) == ["6.1", "7.1", "7.2", "apt"], "no working folder is left"


def test_the_machine_stays_as_it_is(releases, tmp_path):
    releases(RELEASES="6.1", DOMAIN="buddy")
    home = tmp_path / "build" / "releases" / "apt"
    calls = (tmp_path / "bin" / "apt-get.log").read_text().splitlines()
    assert len(calls) == 2 and all(line.startswith(f"{home}/apt.conf ") for line in calls) and "linux-source-6.1" in calls[1]
    config = (home / "apt.conf").read_text()
    assert f'Dir::State "{home}/state"' in config and f'Dir::Cache "{home}/cache"' in config
    assert "http://proxy:3142" in config and "Post-Invoke" not in config, "how to fetch is the machine's, what else happens is not"
    assert "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg" in (home / "etc" / "sources.list").read_text()


def test_what_is_there_is_not_fetched_again(releases):
    assert releases(RELEASES="6.1", DOMAIN="vma").returncode == 0
    again = releases(RELEASES="6.1", DOMAIN="vma")
    assert again.returncode == 0 and again.stdout.count(", as before") == 2


@pytest.mark.parametrize("variables, says", [({"RELEASES": "6.1 moon"}, "`moon` is no release"), ({"DOMAIN": "moon"}, "DOMAIN=moon"),
                                             ({"DOMAIN": "ptmalloc"}, "no release of a kernel concerns it")])
def test_bad_choices_are_one_line(releases, variables, says):
    done = releases(**variables)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and says in done.stderr, done.stderr


def test_nothing_to_be_had_is_status_2(releases):
    done = releases(RELEASES="5.10", DOMAIN="vma")
    assert done.returncode == 2 and "5.10  kernel  not to be had" in done.stdout
