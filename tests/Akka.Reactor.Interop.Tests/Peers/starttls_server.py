"""Starts TLS as IMAP or PostgreSQL do, or refuses it, and echoes: starttls_server.py PORT CERT KEY imap|postgres|imap-no|postgres-no"""

import socket
import ssl
import sys

port, cert, key, mode = int(sys.argv[1]), *sys.argv[2:5]
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(cert, key)


def start(connection):
    if mode.startswith("imap"):
        connection.sendall(b"* OK ready\r\n")
        tag = connection.recv(100).split(b" ")[0]
        if mode == "imap-no":
            connection.sendall(tag + b" NO not here\r\n")
            return False
        connection.sendall(b"* still here\r\n" + tag + b" OK go\r\n")
    else:
        if connection.recv(8) != bytes([0, 0, 0, 8, 4, 210, 22, 47]):
            return False
        connection.sendall(b"N" if mode == "postgres-no" else b"S")
    return not mode.endswith("-no")


with socket.create_server(("127.0.0.1", port)) as server:
    while True:
        connection, _ = server.accept()
        try:
            if start(connection):
                connection = context.wrap_socket(connection, server_side=True)
                while data := connection.recv(65536):
                    connection.sendall(data)
                connection.unwrap()
        except OSError:
            pass
        finally:
            connection.close()
