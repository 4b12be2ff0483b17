"""Generates the Python code of the wire from `auxsend/v1/*.proto`, or checks that what is committed is up to date.

    python protos/generate.py            write *_pb2.py, *_pb2.pyi and *_pb2_grpc.py beside the protos
    python protos/generate.py --check    write nothing; fail if anything would change

The output is committed, so that installing AuxSend needs no compiler.
"""

import sys
import tempfile
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

ROOT = Path(__file__).parent
WELL_KNOWN = Path(grpc_tools.__file__).parent / "_proto"


def generate(output: Path) -> list[Path]:
    """Writes the generated files below `output` and returns their paths relative to it.

    Raises:
        SystemExit: a proto does not compile; the compiler has said why.
    """
    protos = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("auxsend/v1/*.proto"))
    outputs = [f"--{kind}={output}" for kind in ("python_out", "pyi_out", "grpc_python_out")]
    if protoc.main(["protoc", f"-I{ROOT}", f"-I{WELL_KNOWN}", *outputs, *protos]):
        raise SystemExit(1)
    return sorted(path.relative_to(output) for path in output.glob("auxsend/v1/*_pb2*.py*"))


def stale() -> list[str]:
    """Returns what is wrong with the committed files: changed, missing or left over."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        names = generate(fresh)
        wrong = [f"{name} differs" for name in names if _text(ROOT / name) != _text(fresh / name)]
    left = {path.relative_to(ROOT) for path in ROOT.glob("auxsend/v1/*_pb2*.py*")} - set(names)
    return wrong + [f"{name} has no proto" for name in sorted(left)]


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def main(arguments: list[str]) -> int:
    """Returns the exit status: 1 where `--check` finds drift."""
    if arguments == ["--check"]:
        problems = stale()
        for problem in problems:
            print(f"protos: {problem}; run `make protos`", file=sys.stderr)
        return 1 if problems else 0
    generate(ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
