"""What an action says when it cannot do what was asked."""


class Refusal(Exception):
    """Base of every refusal. `str(refusal)` is a sentence for the person who asked; `field` the field it is about."""

    field: str | None = None

    def __init__(self, sentence: str, field: str | None = None):
        super().__init__(sentence)
        self.field = field or self.field
