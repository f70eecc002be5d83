#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a synthetic firmware in the form of an ESP-IDF build folder.

The images are valid in every respect a loader checks (header, segments, checksum, digest,
application description, partition table) and compress like real ones (zlib level 9: about 0.57),
but hold no code. The same arguments always give the same bytes.
"""
import argparse
import hashlib
import json
import os
import random
import struct

CHIPS = {  # name: (image chip id, boot loader offset, address of a RAM and of a flash segment)
    "esp8266": (None, 0x0, 0x40100000, 0x40201010),
    "esp32": (0, 0x1000, 0x40080000, 0x3F400020),
    "esp32s2": (2, 0x1000, 0x40028000, 0x3F000020),
    "esp32c3": (5, 0x0, 0x40380000, 0x3C000020),
    "esp32s3": (9, 0x0, 0x40378000, 0x3C000020),
    "esp32c2": (12, 0x0, 0x40380000, 0x3C000020),
    "esp32c6": (13, 0x0, 0x40800000, 0x42800020),
    "esp32h2": (16, 0x0, 0x40800000, 0x42800020),
    "esp32p4": (18, 0x2000, 0x4FF10000, 0x40000020),
    "esp32c61": (20, 0x0, 0x40800000, 0x42000020),
    "esp32c5": (23, 0x2000, 0x40800000, 0x42000020),
    "esp32h21": (25, 0x0, 0x40800000, 0x42800020),
    "esp32h4": (28, 0x2000, 0x40810000, 0x42800020),
    "esp32e22": (31, 0x0, 0x40800000, 0x3C000020),
    "esp32s31": (32, 0x2000, 0x2F001000, 0x40000020),
}
FLASH_SIZES = {"1MB": 0, "2MB": 1, "4MB": 2, "8MB": 3, "16MB": 4}
FLASH_SIZES_8266 = {"512KB": 0, "256KB": 1, "1MB": 2, "2MB": 3, "4MB": 4, "8MB": 8, "16MB": 9}


def code_like(size, seed):
    """Bytes with the statistics of machine code: idioms that return, operands that do not."""
    rng = random.Random(seed)
    opcodes = [rng.randbytes(rng.choice((2, 3, 3, 4, 5, 6))) for _ in range(700)]
    idioms = [b"".join(rng.choices(opcodes, k=rng.choice((1, 1, 2, 3, 4)))) for _ in range(6000)]
    weights = [1.0 / (i + 12) ** 1.1 for i in range(len(idioms))]
    out = bytearray()
    while len(out) < size:
        for idiom in rng.choices(idioms, weights, k=4096):
            out += idiom
            if rng.random() < 0.9:
                out += rng.randbytes(rng.choice((1, 2, 3, 4, 5, 6)))
    return bytes(out[:size])


def app_description(name, version):
    return struct.pack("<II8x32s32s16s16s32s32s", 0xABCD5432, 0, version.encode(), name.encode(),
                       b"12:00:00", b"Nov  1 2026", b"v5.3-sample", hashlib.sha256(
                           name.encode() + version.encode()).digest()) + bytes(80)


def boot_description():
    return struct.pack("<B3xI32s24s16x", 0x50, 1, b"v5.3-sample", b"Nov  1 2026 12:00:00")


def image(chip, segments, flash_size, min_revision=0):
    """An application image: header, segments, checksum and, but for the ESP8266, digest."""
    chip_id = CHIPS[chip][0]
    sizes = FLASH_SIZES_8266 if chip == "esp8266" else FLASH_SIZES
    head = struct.pack("<BBBBI", 0xE9, len(segments), 2, sizes[flash_size] << 4, segments[0][0])
    if chip_id is not None:
        head += struct.pack("<B3sHBHH4sB", 0xEE, bytes(3), chip_id, 0, min_revision, 0xFFFF, bytes(4), 1)
    body, checksum = bytearray(head), 0xEF
    for address, data in segments:
        data += bytes(-len(data) % 4)
        body += struct.pack("<II", address, len(data)) + data
        for byte in data:
            checksum ^= byte
    body += bytes(15 - len(body) % 16) + bytes([checksum])
    if chip_id is not None:
        body += hashlib.sha256(body).digest()
    return bytes(body)


def partition_table(rows):
    entries = b"".join(struct.pack("<HBBII16sI", 0x50AA, kind, sub, offset, size, label.encode(), 0)
                       for label, kind, sub, offset, size in rows)
    table = entries + b"\xeb\xeb" + b"\xff" * 14 + hashlib.md5(entries).digest()
    return table + b"\xff" * (0xC00 - len(table))


def change_sectors(code, sectors):
    """Flip one byte in each of some 4 KiB sectors, as a small edit of the source would."""
    code = bytearray(code)
    for sector in sectors:
        code[sector * 4096 + 100] ^= 0x5A
    return bytes(code)


def build(folder, chip, size, name, version, seed, flash_size, changed=()):
    _, boot_offset, ram, flash = CHIPS[chip]
    os.makedirs(os.path.join(folder, "bootloader"), exist_ok=True)
    os.makedirs(os.path.join(folder, "partition_table"), exist_ok=True)
    slot = 0x180000 if size <= 0x170000 else (size + 0x1FFFF) & ~0xFFFF
    rows = [("nvs", 1, 2, 0x9000, 0x4000), ("otadata", 1, 0, 0xD000, 0x2000),
            ("phy_init", 1, 1, 0xF000, 0x1000), ("ota_0", 0, 0x10, 0x10000, slot),
            ("ota_1", 0, 0x11, 0x10000 + slot, slot)]
    files = {}
    if chip == "esp8266":
        files[0] = ("app.bin", image(chip, [(ram, code_like(size - 64, seed))], flash_size))
    else:
        boot = image(chip, [(ram, boot_description() + code_like(22000, seed + 1))], flash_size)
        code = app_description(name, version) + code_like(size - 256 - 120, seed)
        code = change_sectors(code, changed)
        cut = len(code) * 2 // 5 & ~3
        app = image(chip, [(flash, code[:cut]), (ram, code[cut:])], flash_size)
        files = {boot_offset: ("bootloader/bootloader.bin", boot),
                 0x8000: ("partition_table/partition-table.bin", partition_table(rows)),
                 0xD000: ("ota_data_initial.bin", b"\xff" * 0x2000),
                 0x10000: (name + ".bin", app)}
    for path, data in files.values():
        with open(os.path.join(folder, path), "wb") as out:
            out.write(data)
    keys = {boot_offset: "bootloader", 0x8000: "partition-table", 0xD000: "otadata", 0x10000: "app"}
    # what code 0 of the header means
    frequency = {"esp32c2": "30m", "esp32h2": "24m", "esp32h21": "24m", "esp32h4": "24m"}.get(chip, "40m")
    args = {"write_flash_args": ["--flash_mode", "dio", "--flash_size", flash_size, "--flash_freq", frequency],
            "flash_settings": {"flash_mode": "dio", "flash_size": flash_size, "flash_freq": frequency},
            "flash_files": {hex(o): p for o, (p, _) in files.items()},
            "extra_esptool_args": {"after": "hard_reset", "before": "default_reset", "stub": True, "chip": chip}}
    if chip == "esp8266":
        args["app"] = {"offset": "0x0", "file": "app.bin", "encrypted": "false"}
    else:
        for offset, (path, _) in files.items():
            args[keys[offset]] = {"offset": hex(offset), "file": path, "encrypted": "false"}
    with open(os.path.join(folder, "flasher_args.json"), "w", encoding="utf-8") as out:
        json.dump(args, out, indent=2)
    return files


def write_flash(path, files, flash_size):
    """The content of a whole flash chip that carries the firmware, as a virtual board's file."""
    flash = bytearray(b"\xff" * (int(flash_size[:-2]) << (20 if flash_size.endswith("MB") else 10)))
    for offset, (_, data) in files.items():
        flash[offset:offset + len(data)] = data
    with open(path, "wb") as out:
        out.write(flash)


def add_to_manifest(path, folder, chip, name, version, files):
    """Name the build in an ESP Web Tools manifest, beside the builds of other chips that it names already."""
    manifest = {"name": name, "version": version, "new_install_prompt_erase": True, "builds": []}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as source:
            manifest = json.load(source)
    family = chip.upper() if chip in ("esp32", "esp8266") else chip.upper().replace("ESP32", "ESP32-")
    relative = os.path.relpath(folder, os.path.dirname(path) or ".")
    parts = [{"path": os.path.join(relative, part), "offset": offset} for offset, (part, _) in sorted(files.items())]
    manifest["builds"] = [b for b in manifest["builds"] if b["chipFamily"] != family]
    manifest["builds"].append({"chipFamily": family, "parts": parts})
    with open(path, "w", encoding="utf-8") as out:
        json.dump(manifest, out, indent=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="build folder to make")
    parser.add_argument("--chip", choices=sorted(CHIPS), default="esp32")
    parser.add_argument("--size", type=lambda s: int(s, 0), default=1131536, help="bytes of the application")
    parser.add_argument("--name", default="weather")
    parser.add_argument("--version", default="1.5.0")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flash-size", default="4MB")
    parser.add_argument("--flash-file", help="also write the content of a flash chip carrying it")
    parser.add_argument("--manifest", help="also name the build in this ESP Web Tools manifest")
    parser.add_argument("--change", type=int, nargs="*", default=[], help="4 KiB sectors of the code to change")
    args = parser.parse_args()
    files = build(args.folder, args.chip, args.size, args.name, args.version, args.seed, args.flash_size, args.change)
    if args.flash_file:
        write_flash(args.flash_file, files, args.flash_size)
    if args.manifest:
        add_to_manifest(args.manifest, args.folder, args.chip, args.name, args.version, files)


if __name__ == "__main__":
    main()
