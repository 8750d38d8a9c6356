"""Removes TLS from a connection and goes on in the clear: `client PORT`, or `server PORT CERTIFICATE KEY`."""
import socket
import ssl
import sys


def line(stream):
    text = b""
    while not text.endswith(b"\n"):
        piece = stream.recv(1)
        if not piece:
            raise EOFError(text)
        text += piece
    return text


def client(port):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    secure = context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=20))
    secure.sendall(b"CCC\n")
    assert line(secure) == b"200\n"
    plain = secure.unwrap()
    plain.sendall(b"hello\n")
    print(line(plain).decode().strip())
    plain.close()


def secured(listener, context):
    # Who only looks whether the port is open does not speak TLS.
    while True:
        accepted, _ = listener.accept()
        accepted.settimeout(20)
        try:
            return context.wrap_socket(accepted, server_side=True)
        except (OSError, ssl.SSLError):
            accepted.close()


def server(port, certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    secure = secured(socket.create_server(("127.0.0.1", port)), context)
    assert line(secure) == b"CCC\n"
    secure.sendall(b"200\n")
    plain = secure.unwrap()
    said = line(plain)
    plain.sendall(b"heard " + said)
    assert plain.recv(1) == b""
    print(said.decode().strip())


if sys.argv[1] == "client":
    client(int(sys.argv[2]))
else:
    server(int(sys.argv[2]), sys.argv[3], sys.argv[4])
