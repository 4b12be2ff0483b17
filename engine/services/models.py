"""ModelService: lists the registry, and fetches weights ahead of their first use."""

from functools import partial

import grpc
from auxsend.v1 import model_pb2, model_pb2_grpc

from engine import codec
from engine.backends import REGISTRY
from engine.backends.base import Card, Report
from engine.errors import ModelNotFound
from engine.jobs.records import Lane, Order, Result
from engine.jobs.scheduler import Scheduler
from engine.services.paging import page_of
from engine.weights.store import WeightStore
from engine.worker import Worker


class ModelService(model_pb2_grpc.ModelServiceServicer):
    """Serves the registry and the weight store."""

    def __init__(self, scheduler: Scheduler, weights: WeightStore, device: str) -> None:
        self._scheduler = scheduler
        self._weights = weights
        self._device = device

    async def ListModels(
        self, request: model_pb2.ListModelsRequest, context: grpc.aio.ServicerContext
    ) -> model_pb2.ListModelsResponse:
        """Returns a page of the models, ordered by task and name."""
        cards = [card for card in REGISTRY.values() if card.is_visible and request.task in ("", card.task)]
        cards.sort(key=lambda card: (card.task, card.name))
        page, next_token = page_of(cards, request.page_size, request.page_token, key=lambda card: card.name)
        return model_pb2.ListModelsResponse(models=[self._model(card) for card in page], next_page_token=next_token)

    async def FetchModel(
        self, request: model_pb2.FetchModelRequest, context: grpc.aio.ServicerContext
    ) -> model_pb2.FetchModelResponse:
        """Queues the fetching of a model's weights, beside the devices' own queue."""
        card = REGISTRY.get(request.model)
        if card is None:
            known = ", ".join(card.name for card in REGISTRY.values() if card.is_visible)
            raise ModelNotFound(f"There is no model named “{request.model}”. Choose one of: {known}.")
        order = Order("fetching", card.name, (), {}, partial(_fetch, card), Lane.FETCHING, is_cacheable=False)
        job = await self._scheduler.submit(order, request_id=request.request_id)
        return model_pb2.FetchModelResponse(job=codec.to_job(job))

    def _model(self, card: Card) -> model_pb2.Model:
        return codec.to_model(
            card,
            device=self._device,
            is_installed=all(self._weights.is_installed(name) for name in card.weights),
            download_bytes=sum(self._weights.download_bytes(name) for name in card.weights),
        )


def _fetch(card: Card, worker: Worker, report: Report) -> Result:
    paths = [worker.weights.fetch(name, report) for name in card.weights]
    sources = dict.fromkeys(worker.weights.source_name(name) for name in card.weights)
    return Result((), {"size_bytes": sum(path.stat().st_size for path in paths), "source": ", ".join(sources)})
