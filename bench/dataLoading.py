"""Images per second of a PyTorch DataLoader over a folder of class folders; prints one JSON object. Called by dataLoading.mjs."""

import argparse
import json
import multiprocessing
import os
import sys
import time

import torch
import torchvision
from torchvision import datasets, transforms


def spin():
    while True:
        pass


def processor_seconds(processes):
    """User and system time of this process and of others; Linux."""
    seconds = time.process_time()
    for process in processes:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            user, system = file.read().rsplit(")", 1)[1].split()[11:13]
        seconds += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--busy", action="store_true", help="another process computes meanwhile")
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    transform = transforms.Compose(
        [
            transforms.RandomResizedCrop(arguments.size, scale=(0.08, 1)),
            transforms.RandomHorizontalFlip(),
            # TF-slim's ranges, as tfjs-inception's PAPER_AUGMENTATION has them.
            transforms.ColorJitter(brightness=32 / 255, contrast=0.5, saturation=0.5, hue=0.2),
            transforms.PILToTensor(),
        ]
    )
    dataset = datasets.ImageFolder(arguments.folder, transform)
    loader = torch.utils.data.DataLoader(
        dataset, batch_size=arguments.batch, shuffle=True, num_workers=arguments.workers, persistent_workers=True
    )
    for _ in loader:  # Starts the workers.
        pass
    busy = multiprocessing.Process(target=spin, daemon=True) if arguments.busy else None
    if busy:
        busy.start()
    workers = [worker.pid for worker in loader._iterator._workers]
    start, processor = time.perf_counter(), processor_seconds(workers)
    count = 0
    for _ in range(arguments.epochs):
        for pixels, _ in loader:
            count += len(pixels)
    seconds, processor = time.perf_counter() - start, processor_seconds(workers) - processor
    if busy:
        busy.terminate()
    versions = f"torch {torch.__version__}, torchvision {torchvision.__version__}, Python {sys.version.split()[0]}"
    print(json.dumps({"imagesPerSecond": count / seconds, "processorMs": processor * 1000 / count, "versions": versions}))


if __name__ == "__main__":
    main()
