"""Ends a TLS connection with close_notify (`clean`) or without (`cut`): `client PORT HOW`, or `server PORT CERTIFICATE KEY HOW`."""
import contextlib
import socket
import ssl
import sys


def end(secure, how):
    secure.sendall(b"the last words\n")
    if how == "clean":
        # Sends close_notify, and waits for the other one.
        secure.unwrap().close()
    else:
        # Python's shutdown() of an SSL socket is that of TCP, and nothing of TLS. What the other side has sent, such as tickets, is read
        # before the end: otherwise the system resets the connection.
        secure.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while secure.recv(4096):
                pass
        secure.close()


def client(port, how):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    end(context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=20)), how)


def server(port, certificate, key, how):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    # Without tickets nothing but the answer comes from this side.
    context.num_tickets = 0
    listener = socket.create_server(("127.0.0.1", port))
    # Who only looks whether the port is open does not speak TLS.
    while True:
        accepted, _ = listener.accept()
        accepted.settimeout(20)
        try:
            secure = context.wrap_socket(accepted, server_side=True)
        except (OSError, ssl.SSLError):
            accepted.close()
            continue
        end(secure, how)
        return


if sys.argv[1] == "client":
    client(int(sys.argv[2]), sys.argv[3])
else:
    server(int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5])
