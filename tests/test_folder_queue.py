"""The queue in a folder goes on after a message that was cut off in the middle."""

import json
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport import filesystem

from clubhouse import celery, folder_queue

pytestmark = pytest.mark.once


@pytest.fixture
def folder(tmp_path):
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


def queue(folder, **more):
    places = {"data_folder_in": "messages", "data_folder_out": "messages", "control_folder": "control"}
    options = {name: str(folder / place) for name, place in places.items()}
    connection = Connection("filesystem://localhost", transport_options=options, **more)
    return connection.SimpleQueue(folder.name, no_ack=True)  # kombu remembers queues by name


@pytest.mark.parametrize("half", [b"", b'{"body": "WzQ'])
def test_a_half_written_message_is_put_aside_and_the_next_one_is_read(folder, half):
    work = queue(folder)
    (folder / "messages" / f"0_half.{folder.name}.msg").write_bytes(half)
    work.put({"asks": "what is due?"})
    with pytest.raises(Empty):
        work.get_nowait()
    assert work.get_nowait().payload == {"asks": "what is due?"}
    assert list((folder / "messages").iterdir()) == []


def test_kombus_own_dies_of_it(folder):
    """The control."""
    work = queue(folder, transport=filesystem.Transport)
    work.channel.__class__ = filesystem.Channel
    (folder / "messages" / f"0_half.{folder.name}.msg").write_bytes(b"")
    with pytest.raises(json.JSONDecodeError):
        work.get_nowait()


def test_the_houses_queue_is_this_one():
    with celery.app.connection_for_write("filesystem://localhost") as connection:
        assert connection.transport_cls == "filesystem"
        assert connection.get_transport_cls() is folder_queue.Transport
