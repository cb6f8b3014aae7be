#!/usr/bin/env python3
"""How long a photo of 12 megapixels takes, and how much memory, beside Pillow doing
the same work: decode, turn upright, cut the square, three sizes, three JPEGs. Our
time is that of the whole request: the upload, a process, the transaction. Memory is
that of a process which makes one picture.

usage: make build && python3 -m venv /tmp/bench && /tmp/bench/bin/pip install pillow
       /tmp/bench/bin/python bench/picture.py
"""

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

ROUNDS = 10
SIDES = (512, 256, 64)
ROOT = Path(__file__).resolve().parent.parent
BINARY = ROOT / "target/release/silhouette"


def photo(path):
    """Soft shapes and grain, as a camera makes them; lying on its side."""
    import random

    from PIL import Image, ImageFilter

    random.seed(12)
    small = Image.frombytes("RGB", (250, 188), random.randbytes(250 * 188 * 3))
    large = small.resize((4000, 3000), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(3))
    grain = Image.frombytes("RGB", (4000, 3000), random.randbytes(4000 * 3000 * 3))
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.blend(large, grain, 0.04).save(path, "JPEG", quality=90, exif=exif)


def with_pillow(data):
    from PIL import Image, ImageOps

    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    largest = ImageOps.fit(picture, (SIDES[0], SIDES[0]), Image.Resampling.LANCZOS)
    for side in SIDES:
        out = io.BytesIO()
        largest.resize((side, side), Image.Resampling.LANCZOS).save(out, "JPEG", quality=84)


def median(work):
    """In milliseconds, after a first time."""
    work()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(times)


def peak(command, path):
    """The memory of a process at most, in MiB. It begins with that of its parent
    (getrusage(2)), which is why this program makes no picture itself."""
    with open(path, "rb") as data:
        process = subprocess.Popen(command, stdin=data, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    return usage.ru_maxrss / 1024


def uploads(folder, path):
    """The median of an upload, in milliseconds."""
    command = [BINARY, "serve", "--addr", "127.0.0.1:0", "--limits", "off"]
    command += ["--database", f"{folder}/bench.db"]
    environment = {**os.environ, "RUST_LOG": "error"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        address = server.stdout.readline().split("http://")[1].strip()
        head = {"Origin": f"http://{address}", "Sec-Fetch-Site": "same-origin"}
        connection = HTTPConnection(address)
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        form = "username=bench&password=correct+horse+battery"
        connection.request("POST", "/signup", form, {**head, **kind})
        answer = connection.getresponse()
        answer.read()
        cookies = [value.split(";")[0] for value in answer.headers.get_all("set-cookie")]
        head["Cookie"] = "; ".join(cookies)
        head["Content-Type"] = "multipart/form-data; boundary=b"
        part = b'--b\r\nContent-Disposition: form-data; name="avatar"; filename="a"\r\n\r\n'
        body = part + Path(path).read_bytes() + b"\r\n--b--\r\n"

        def upload():
            connection.request("POST", "/profile/avatar", body, head)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            answer.read()

        return median(upload)
    finally:
        server.terminate()
        server.wait()


def main():
    itself = [sys.executable, __file__]
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/photo.jpg"
        subprocess.run([*itself, "--photo", path], check=True)
        ours = uploads(folder, path), peak([BINARY, "make-picture-small", "5000 5000 10000 0"], path)
        times = subprocess.run([*itself, "--times", path], check=True, stdout=subprocess.PIPE)
        pillow = float(times.stdout), peak([*itself, "--once"], path)
        size = os.path.getsize(path) / 2**20
    print(f"12 megapixels, {size:.1f} MiB, {ROUNDS} rounds")
    print(f"{'':14}{'ms':>8}{'MiB':>8}")
    for name, (milliseconds, mebibytes) in (("Silhouette", ours), ("Pillow", pillow)):
        print(f"{name:14}{milliseconds:8.0f}{mebibytes:8.0f}")
    print(f"{'ratio':14}{ours[0] / pillow[0]:8.2f}{ours[1] / pillow[1]:8.2f}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--photo", path]:
            photo(path)
        case ["--once"]:
            with_pillow(sys.stdin.buffer.read())
        case ["--times", path]:
            data = Path(path).read_bytes()
            print(median(lambda: with_pillow(data)))
        case _:
            main()
