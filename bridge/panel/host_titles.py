"""What people call their DAWs; scripts name themselves in small letters."""

_TITLES = {"reaper": "REAPER", "ardour": "Ardour", "live": "Live"}


def host_title(host: str) -> str:
    """Returns what a person calls a host.

    >>> host_title("reaper"), host_title("bitwig")
    ('REAPER', 'bitwig')
    """
    return _TITLES.get(host, host)
