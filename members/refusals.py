"""What an action says when it cannot do what was asked."""


class Refusal(Exception):
    """Base of every refusal. `str(refusal)` is one sentence for the person who asked; `field` names a form field it belongs to."""

    field: str | None = None

    def __init__(self, sentence: str, field: str | None = None):
        super().__init__(sentence)
        self.field = field or self.field
