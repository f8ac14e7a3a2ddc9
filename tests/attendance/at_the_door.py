"""Somebody at the door tablet, without a browser: each step posts what the screen before holds."""

import html
import re
import uuid

from members.models import Tablet
from tests import make

BUTTON = re.compile(r'<button class="door-name" type="submit" name="who" value="([^"]+)">(.*?)</button>', re.DOTALL)


class AtTheDoor:
    def __init__(self, url: str = "/door/", *, place: str = Tablet.Place.DOOR):
        self.client, self.tablet = make.paired_tablet("Front door", place)
        self.url, self.answer = url, None

    def post(self, **fields) -> str:
        """The name of the next screen."""
        self.answer = self.client.post(self.url, fields)
        return self.screen

    @property
    def screen(self) -> str:
        return re.search(r'data-screen="(\w+)"', self.body)[1]

    @property
    def body(self) -> str:
        return self.answer.content.decode()

    @property
    def words(self) -> str:
        main = self.body[self.body.index("<main") : self.body.index("</main>")]
        return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", main).split()))

    def look(self) -> str:
        self.answer = self.client.get(self.url)
        return self.screen

    def search(self, words: str) -> str:
        return self.post(step="search", q=words, screen=str(uuid.uuid4()))

    @property
    def names(self) -> list[str]:
        """What stands on the buttons: the name, and what tells it apart."""
        shown = [re.sub(r"<[^>]*>", " ", words) for _, words in BUTTON.findall(self.body)]
        return [html.unescape(" ".join(words.split())) for words in shown]

    def choose(self, name: str) -> str:
        (who,) = [who for (who, _), shown in zip(BUTTON.findall(self.body), self.names, strict=True) if shown == name]
        return self.post(step="choose", who=who)

    @property
    def who(self) -> str:
        return re.search(r'name="who" value="([^"]+)"', self.body)[1]

    def prove(self, proof: str) -> str:
        return self.post(step="prove", who=self.who, proof=proof)

    def tap(self, action: str) -> str:
        return self.post(step="tap", who=self.who, action=action)

    def says(self, words: str, name: str, action: str) -> str:
        """The whole way: letters, the name, the button."""
        assert (self.search(words), self.choose(name)) == ("names", "person")
        return self.tap(action)
