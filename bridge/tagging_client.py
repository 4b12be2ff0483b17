"""The engine's tagging on the musician's side. See `bridge.client`, of which this is a part."""

from collections.abc import Sequence

from auxsend.v1 import tagging_pb2_grpc

from bridge.client import SUBMIT_SEC, EngineClient
from bridge.codec import Job, job_from_wire
from bridge.tagging import TagWish
from bridge.tagging_codec import tagging_to_wire


async def tag_assets(client: EngineClient, asset_sha256s: Sequence[str], wish: TagWish, request_id: str) -> Job:
    """Returns the job that tags assets; it has ended already where the engine knew the answer."""
    tagging = tagging_pb2_grpc.TaggingServiceStub(client.channel)
    request = tagging_to_wire(asset_sha256s, wish, request_id)
    return job_from_wire((await client.call(tagging.TagAudio, request, SUBMIT_SEC)).job)
