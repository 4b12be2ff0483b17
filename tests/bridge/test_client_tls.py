"""The client and an engine behind TLS."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from bridge.client import EngineClient
from bridge.errors import EngineDenied
from tests.conftest import RunEngine


@asynccontextmanager
async def _tls_engine(run_engine: RunEngine, folder: Path) -> AsyncIterator[str]:
    """Runs an engine with a certificate of an authority of its own, written to `folder`, and yields its address."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    async with run_engine(token="s3cret", tls_certificate=folder / "cert.pem", tls_key=folder / "key.pem") as engine:
        yield f"localhost:{engine.address.rpartition(':')[2]}"


async def test_the_right_authority_and_token_are_let_in(run_engine: RunEngine, tmp_path: Path) -> None:
    async with (
        _tls_engine(run_engine, tmp_path) as address,
        EngineClient(address, "s3cret", tmp_path / "ca.pem") as client,
    ):
        assert "htdemucs" in {model.name for model in await client.list_models()}


async def test_another_authority_is_named_at_once(run_engine: RunEngine, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    async with (
        _tls_engine(run_engine, tmp_path) as address,
        EngineClient(address, "s3cret", tmp_path / "other.pem") as client,
    ):
        with pytest.raises(EngineDenied, match="AUXSEND_TLS_CA"):
            await client.list_models()


def test_an_authority_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineDenied, match=r"missing\.pem"):
        EngineClient("localhost:1", tls_ca=tmp_path / "missing.pem")
