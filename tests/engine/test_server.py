"""The engine as a whole: health, reflection, tokens, TLS, errors, and how it stops."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import grpc
import pytest
import trustme
from auxsend.v1 import job_pb2, model_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from engine import errors
from engine.errors import InvalidArgument
from engine.server import CannotListen
from engine.settings import Settings
from engine.status import STATUS_CODES, status_code, to_status
from tests.conftest import RunEngine
from tests.engine.services.client import Client, reason


async def health(channel: grpc.aio.Channel, service: str = "") -> int:
    response = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    return int(response.status)


async def test_health_and_reflection_name_every_service(run_engine: RunEngine) -> None:
    async with run_engine() as engine, grpc.aio.insecure_channel(engine.address) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        call = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
        answer = await anext(aiter(call))
        names = {service.name for service in answer.list_services_response.service}
        mine = {name for name in names if name.startswith("auxsend.v1.")}
        assert mine == {
            f"auxsend.v1.{task}Service"
            for task in (
                "Asset",
                "Generation",
                "Job",
                "Model",
                "Recommendation",
                "Separation",
                "Tagging",
                "Transcription",
            )
        }
        for name in ("", *mine):
            assert await health(channel, name) == health_pb2.HealthCheckResponse.SERVING


async def test_calls_need_the_token_and_health_does_not(run_engine: RunEngine) -> None:
    async with run_engine(token="s3cret") as engine, grpc.aio.insecure_channel(engine.address) as channel:
        client = Client(channel)
        assert await health(channel) == health_pb2.HealthCheckResponse.SERVING
        for metadata in ((), (("authorization", "Bearer wrong"),)):
            with pytest.raises(grpc.aio.AioRpcError, match="token") as caught:
                await client.models.ListModels(model_pb2.ListModelsRequest(), metadata=metadata)
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
            assert reason(caught.value) == "BAD_TOKEN"
            with pytest.raises(grpc.aio.AioRpcError, match="token"):
                await client.upload(b"abc")
        right = (("authorization", "Bearer s3cret"),)
        assert (await client.models.ListModels(model_pb2.ListModelsRequest(), metadata=right)).models


async def test_tls_with_a_token(run_engine: RunEngine, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    files = {"tls_certificate": tmp_path / "cert.pem", "tls_key": tmp_path / "key.pem"}
    async with run_engine(host="localhost", token="s3cret", **files) as engine:
        trusting = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
        async with grpc.aio.secure_channel(engine.address, trusting) as channel:
            assert await health(channel) == health_pb2.HealthCheckResponse.SERVING
        async with grpc.aio.insecure_channel(engine.address) as channel:
            with pytest.raises(grpc.aio.AioRpcError):
                await health(channel)


@pytest.mark.parametrize("missing", ["tls", "token"])
def test_beyond_loopback_tls_and_a_token_are_required(tmp_path: Path, missing: str) -> None:
    pem = None if missing == "tls" else tmp_path / "pem"
    with pytest.raises(InvalidArgument, match="opens the engine to other machines"):
        Settings(tmp_path, tmp_path, host="0.0.0.0", tls_certificate=pem, tls_key=pem,
                 token="" if missing == "token" else "t")  # fmt: skip


async def test_two_engines_never_share_a_data_folder(run_engine: RunEngine, tmp_path: Path) -> None:
    async with run_engine() as first, run_engine() as second:
        for engine in (first, second):
            async with grpc.aio.insecure_channel(engine.address) as channel:
                await Client(channel).upload(b"abc")
        assert first.claim.lock_file != second.claim.lock_file
    async with run_engine() as third:
        assert third.claim.lock_file == first.claim.lock_file
    assert len(list(tmp_path.glob("engine*/assets/??/*.json"))) == 2


async def test_a_port_in_use_is_said_to_be(run_engine: RunEngine) -> None:
    async with run_engine() as engine:
        with pytest.raises(CannotListen, match="another --port"):
            async with run_engine(port=engine.port):
                pass


async def test_an_unforeseen_error_shows_only_an_incident_number(
    run_engine: RunEngine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_engine() as engine, grpc.aio.insecure_channel(engine.address) as channel:
        monkeypatch.setattr(engine.scheduler, "get", lambda job_id: 1 / 0)
        with pytest.raises(grpc.aio.AioRpcError, match="incident") as caught:
            await Client(channel).jobs.GetJob(job_pb2.GetJobRequest(job_id="x"))
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert "division" not in str(caught.value.details())
    assert "division" in caplog.text


async def test_an_unknown_job_is_not_found_in_every_rpc(run_engine: RunEngine) -> None:
    async with run_engine() as engine, grpc.aio.insecure_channel(engine.address) as channel:
        jobs = Client(channel).jobs
        with pytest.raises(grpc.aio.AioRpcError) as got:
            await jobs.GetJob(job_pb2.GetJobRequest(job_id="x"))
        with pytest.raises(grpc.aio.AioRpcError) as cancelled:
            await jobs.CancelJob(job_pb2.CancelJobRequest(job_id="x"))
        with pytest.raises(grpc.aio.AioRpcError) as watched:
            [event async for event in jobs.WatchJob(job_pb2.WatchJobRequest(job_id="x"))]
        assert {reason(caught.value) for caught in (got, cancelled, watched)} == {"JOB_NOT_FOUND"}
        assert not (await jobs.ListJobs(job_pb2.ListJobsRequest())).jobs


async def test_metrics_count_calls(run_engine: RunEngine) -> None:
    async with run_engine() as engine, grpc.aio.insecure_channel(engine.address) as channel:
        await Client(channel).models.ListModels(model_pb2.ListModelsRequest())
        text = engine.metrics.text()
    assert 'auxsend_call_seconds_count{code="OK",method="/auxsend.v1.ModelService/ListModels"} 1.0' in text
    assert "auxsend_queued_jobs 0.0" in text


def every_error() -> list[type[errors.EngineError]]:
    found = [errors.EngineError]
    for base in found:
        found += base.__subclasses__()
    return [error for error in found if error is not errors.EngineError and error.__module__ == errors.__name__]


@pytest.mark.parametrize("error", every_error())
def test_every_error_has_a_status_and_a_reason(error: type[errors.EngineError]) -> None:
    status = to_status(error("Something is wrong; do this.", field="x"))
    assert status.code == status_code(error("")).value[0]
    assert status.code not in (grpc.StatusCode.UNKNOWN.value[0], grpc.StatusCode.OK.value[0])
    assert status.message == "Something is wrong; do this."
    kinds = {detail.TypeName().split(".")[-1] for detail in status.details}
    assert {"ErrorInfo", "BadRequest"} <= kinds
    assert error.reason.isupper()


def test_reasons_are_unique() -> None:
    reasons = [error.reason for error in every_error()]
    assert len(reasons) == len(set(reasons))
    assert len(STATUS_CODES) == len(set(STATUS_CODES))


async def start_process(tmp_path: Path, *options: str) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "engine", "--port", "0", "--ready-line", "--device", "cpu", *options,
        env=os.environ | {"AUXSEND_HOME": str(tmp_path)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    return process, json.loads(line)["address"]


@pytest.mark.parametrize("way", ["SIGTERM", "end of input"])
async def test_the_process_serves_and_stops_gracefully(tmp_path: Path, way: str) -> None:
    process, address = await start_process(tmp_path, "--exit-with-stdin")
    async with grpc.aio.insecure_channel(address) as channel:
        assert await health(channel) == health_pb2.HealthCheckResponse.SERVING
    if way == "SIGTERM":
        process.send_signal(signal.SIGTERM)
    else:
        assert process.stdin is not None
        process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 20) == 0
    assert b"Traceback" not in await process.stderr.read()  # type: ignore[union-attr]  # it is a pipe


async def test_clients_that_drop_their_streams_do_not_end_the_engine(tmp_path: Path) -> None:
    process, address = await start_process(tmp_path, "--exit-with-stdin", "--offline", "--log-level", "WARNING")

    async def drop(count: int) -> None:
        for _ in range(count):
            async with grpc.aio.insecure_channel(address) as channel:
                client = Client(channel)
                answer = await client.models.FetchModel(model_pb2.FetchModelRequest(model="mdx"))
                async for _ in client.jobs.WatchJob(job_pb2.WatchJobRequest(job_id=answer.job.id)):
                    break

    await asyncio.gather(*(drop(60) for _ in range(5)))
    async with grpc.aio.insecure_channel(address) as channel:
        assert await health(channel) == health_pb2.HealthCheckResponse.SERVING
    assert process.stdin is not None
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_a_process_that_cannot_start_says_why_in_one_sentence(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "engine", "--device", "cuda:99",
        env=os.environ | {"AUXSEND_HOME": str(tmp_path)}, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, stderr = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 2
    assert stderr.decode().strip() == (
        "auxsend engine: There is no device “cuda:99” on this machine; choose among cpu, or auto."
    )
