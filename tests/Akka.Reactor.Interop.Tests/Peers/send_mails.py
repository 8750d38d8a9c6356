"""Sends mails over SMTP with STARTTLS, and prints the SHA-256 of what each must be stored as.

Usage: send_mails.py PORT CA_FILE COUNT LARGEST SEED
Mail N goes to mN@example.test. Prints "N HEX" per mail, once all are answered 250.
"""

import concurrent.futures
import hashlib
import random
import smtplib
import ssl
import sys

PORT, CA_FILE, COUNT, LARGEST, SEED = int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:6])


def body(number):
    """Lines of any octet but CR and LF, among them lines of dots; sizes from 1 byte to LARGEST, small ones oftener."""
    if number == 0:
        return b"x"
    dice = random.Random(SEED * 1_000_003 + number)
    size = LARGEST if number == 1 else int(LARGEST ** dice.random())
    octets = bytes(b for b in range(256) if b not in (10, 13))
    lines = [b"Subject: " + str(number).encode(), b""]
    length = sum(len(line) + 2 for line in lines)
    while length < size:
        kind = dice.randrange(4)
        if kind == 0:
            line = b"." * dice.randrange(1, 5)
        elif kind == 1:
            line = b"." + dice.randbytes(20).hex().encode()
        else:
            line = dice.randbytes(dice.randrange(0, 998)).translate(None, b"\r\n")
        line = line[: max(0, size - length - 2)]
        lines.append(line)
        length += len(line) + 2
    return b"\r\n".join(lines) + b"\r\n"


def send(number):
    content = body(number)
    with smtplib.SMTP("localhost", PORT, timeout=120) as client:
        client.starttls(context=ssl.create_default_context(cafile=CA_FILE))
        client.sendmail("sender@example.test", [f"m{number}@example.test"], content)
    stored = content if content.endswith(b"\r\n") else content + b"\r\n"
    return f"{number} {hashlib.sha256(stored).hexdigest()}"


with concurrent.futures.ThreadPoolExecutor(8) as pool:
    for line in pool.map(send, range(COUNT)):
        print(line)
