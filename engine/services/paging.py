"""Pages of a list. A page's token is the key of its last item: what comes or goes before it shifts nothing."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from engine.errors import InvalidArgument

T = TypeVar("T")

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 500


def page_of(
    items: Sequence[T],
    page_size: int,
    page_token: str,
    key: Callable[[T], str],
    *,
    default_size: int = DEFAULT_PAGE_SIZE,
    largest_size: int = LARGEST_PAGE_SIZE,
) -> tuple[Sequence[T], str]:
    """Returns the page after the item whose key is `page_token`, and the next page's token ("" on the last page).

    Raises:
        InvalidArgument: the size is negative, or the token is none that this list gave.
    """
    if page_size < 0:
        raise InvalidArgument(f"A page cannot have fewer than 0 items; 0 means {default_size}.", field="page_size")
    size = min(page_size or default_size, largest_size)
    start = 0
    if page_token:
        keys = [key(item) for item in items]
        if page_token not in keys:
            raise InvalidArgument(
                "This page token is unknown (any more); begin with the first page.", field="page_token"
            )
        start = keys.index(page_token) + 1
    page = items[start : start + size]
    return page, key(page[-1]) if start + size < len(items) else ""
