"""The servers of a house, and a way to say what was counted."""

import pytest

from tests.chaos.servers import PostOffice, RedisServer, Workers

PACE = {"before": 0.03, "after": 0.03}  # seconds of the mail server, before and after it takes a letter


@pytest.fixture
def post_office(tmp_path):
    office = PostOffice(tmp_path / "post-office")
    try:
        office.open()
        office.orders(**PACE)
        yield office
    finally:
        office.close()


@pytest.fixture
def redis_server(tmp_path):
    server = RedisServer(tmp_path / "redis")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def workers(tmp_path, post_office, redis_server):
    house = Workers(tmp_path / "house", post_office, redis_server)
    yield house
    house.end()


@pytest.fixture
def embedded(tmp_path, post_office):
    """The same house with its queue in a folder."""
    house = Workers(tmp_path / "house", post_office, None)
    yield house
    house.end()


@pytest.fixture
def tell(capsys, request):
    def say(**figures: object) -> None:
        with capsys.disabled():
            print(f"\n{request.node.name}: {', '.join(f'{name} {figure}' for name, figure in figures.items())}")

    return say
