#!/usr/bin/env python3
"""How long a photo of 12 megapixels takes, and how much memory, beside Pillow doing
the same work: decode, turn upright, cut the square, three sizes, three JPEGs. Our
time is that of the whole request: the upload, a process, the transaction. Memory is
that of one process which makes one picture.

usage: make build && python3 -m venv /tmp/bench && /tmp/bench/bin/pip install pillow
       /tmp/bench/bin/python bench/picture.py
"""

import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

from PIL import Image, ImageFilter, ImageOps

ROUNDS = 10
SIDES = (512, 256, 64)
ROOT = Path(__file__).resolve().parent.parent


def photo():
    """Soft shapes and grain, as a camera makes them; lying on its side."""
    random.seed(12)
    small = Image.frombytes("RGB", (250, 188), random.randbytes(250 * 188 * 3))
    large = small.resize((4000, 3000), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(3))
    grain = Image.frombytes("RGB", (4000, 3000), random.randbytes(4000 * 3000 * 3))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.blend(large, grain, 0.04).save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


def with_pillow(data):
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    largest = ImageOps.fit(picture, (SIDES[0], SIDES[0]), Image.Resampling.LANCZOS)
    for side in SIDES:
        out = io.BytesIO()
        largest.resize((side, side), Image.Resampling.LANCZOS).save(out, "JPEG", quality=84)


def measure(work):
    """The median in milliseconds."""
    work()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(times)


def peak(command, data):
    """The memory of a process at most, in MiB."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    process.stdin.write(data)
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    return usage.ru_maxrss / 1024


def serve(folder):
    command = [ROOT / "target/release/silhouette", "serve", "--addr", "127.0.0.1:0"]
    command += ["--database", f"{folder}/bench.db", "--limits", "off"]
    environment = {**os.environ, "RUST_LOG": "error"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    return server, server.stdout.readline().split("http://")[1].strip()


def main():
    data = photo()
    with tempfile.TemporaryDirectory() as folder:
        server, address = serve(folder)
        try:
            head = {"Origin": f"http://{address}", "Sec-Fetch-Site": "same-origin"}
            form = b"username=bench&password=correct+horse+battery"
            connection = HTTPConnection(address)
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/signup", form, {**head, **kind, "Accept": "text/html"})
            answer = connection.getresponse()
            answer.read()
            cookies = [value.split(";")[0] for value in answer.headers.get_all("set-cookie")]
            head["Cookie"] = "; ".join(cookies)
            head["Content-Type"] = "multipart/form-data; boundary=b"
            part = b'--b\r\nContent-Disposition: form-data; name="avatar"; filename="a"\r\n\r\n'
            body = part + data + b"\r\n--b--\r\n"

            def upload():
                connection.request("POST", "/profile/avatar", body, head)
                answer = connection.getresponse()
                assert answer.status == 200, answer.read()
                answer.read()

            ours = measure(upload)
        finally:
            server.terminate()
            server.wait()
    pillow = measure(lambda: with_pillow(data))
    binary = ROOT / "target/release/silhouette"
    ours = ours, peak([binary, "make-picture-small", "5000 5000 10000 0"], data)
    pillow = pillow, peak([sys.executable, __file__, "--once"], data)
    print(f"12 megapixels, {len(data) / 2**20:.1f} MiB, {ROUNDS} rounds")
    print(f"{'':14}{'ms':>8}{'MiB':>8}")
    for name, (milliseconds, mebibytes) in (("Silhouette", ours), ("Pillow", pillow)):
        print(f"{name:14}{milliseconds:8.0f}{mebibytes:8.0f}")
    print(f"{'ratio':14}{ours[0] / pillow[0]:8.2f}{ours[1] / max(pillow[1], 1):8.2f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--once"]:
        with_pillow(sys.stdin.buffer.read())
    else:
        main()
