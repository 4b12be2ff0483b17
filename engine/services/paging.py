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
    skip: int = 0,
    default_size: int = DEFAULT_PAGE_SIZE,
    largest_size: int = LARGEST_PAGE_SIZE,
) -> tuple[Sequence[T], str]:
    """Returns the page after the item whose key is `page_token`, and the next page's token ("" on the last page).

    Of what comes after that item, the first `skip` are passed over (https://google.aip.dev/158#skipping-results).

    Raises:
        InvalidArgument: size or skip is negative, or the token is none that this list gave.
    """
    if page_size < 0:
        raise InvalidArgument(f"A page cannot have fewer than 0 items; 0 means {default_size}.", field="page_size")
    if skip < 0:
        raise InvalidArgument("A page cannot begin before the first item; skip 0 or more.", field="skip")
    size = min(page_size or default_size, largest_size)
    start = 0
    if page_token:
        keys = [key(item) for item in items]
        if page_token not in keys:
            raise InvalidArgument(
                "This page token is unknown (any more); begin with the first page.", field="page_token"
            )
        start = keys.index(page_token) + 1
    start += skip
    page = items[start : start + size]
    return page, key(page[-1]) if start + size < len(items) else ""
