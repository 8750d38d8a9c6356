"""An SMTP server for one session after the other: smtp_server.py PORT CERT KEY LOG MODE

LOG gets a line for each command, with how it came ("clear" or "tls"), and the lines of each message after "|".
MODE: plain        offers STARTTLS, PIPELINING, 8BITMIME, SMTPUTF8, SIZE, and over TLS AUTH PLAIN LOGIN (joe, secret)
      login        as plain, with AUTH LOGIN only
      bare         knows HELO only
      implicit     TLS from the first byte
      stripped     does not offer STARTTLS
      refused      offers STARTTLS, and refuses it with 454
      injected     sends replies in the clear behind the 220 of STARTTLS
      closing      closes after the end of a message, without a reply
"""

import base64
import socket
import ssl
import sys

port, cert, key, log_name, mode = int(sys.argv[1]), *sys.argv[2:6]
log = open(log_name, "w", buffering=1, newline="\n", encoding="utf-8")
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(cert, key)


class Session:
    def __init__(self, connection):
        self.connection = connection
        self.secure = False
        if mode == "implicit":
            self.secure_now()
        self.file = self.connection.makefile("rb")

    def secure_now(self):
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.secure = True

    def say(self, *lines):
        self.connection.sendall("".join(line + "\r\n" for line in lines).encode())

    def hear(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError
        text = line[:-2].decode("utf-8")
        log.write(("tls " if self.secure else "clear ") + text + "\n")
        return text

    def ehlo(self):
        lines = ["mx.test", "PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 1000000"]
        if not self.secure and mode != "stripped":
            lines.append("STARTTLS")
        if self.secure or mode in ("stripped", "refused"):
            lines.append("AUTH LOGIN" if mode == "login" else "AUTH PLAIN LOGIN")
        self.say(*["250-" + line for line in lines[:-1]], "250 " + lines[-1])

    def auth(self, words):
        if words[1].upper() == "PLAIN":
            user, password = base64.b64decode(words[2]).split(b"\0")[1:]
        else:
            self.say("334 " + base64.b64encode(b"Username:").decode())
            user = base64.b64decode(self.hear())
            self.say("334 " + base64.b64encode(b"Password:").decode())
            password = base64.b64decode(self.hear())
        right = (user, password) == (b"joe", b"secret")
        self.say("235 2.7.0 welcome" if right else "535 5.7.8 no, not you")

    def data(self):
        self.say("354 go")
        while (line := self.file.readline()) != b".\r\n":
            if not line.endswith(b"\r\n"):
                raise EOFError
            log.write("|" + (line[1:] if line[:1] == b"." else line)[:-2].decode("latin-1") + "\n")
        if mode == "closing":
            raise EOFError
        self.say("250 2.0.0 stored as 7")

    def run(self):
        self.say("220 mx.test")
        while True:
            words = self.hear().split(" ")
            verb = words[0].upper()
            if verb == "EHLO" and mode == "bare":
                self.say("502 5.5.1 what?")
            elif verb == "EHLO":
                self.ehlo()
            elif verb == "STARTTLS" and mode == "refused":
                self.say("454 4.7.0 not now")
            elif verb == "STARTTLS" and mode == "injected":
                self.say("220 go", "250-mx.test", "250 AUTH PLAIN", "235 2.7.0 welcome")
            elif verb == "STARTTLS":
                self.say("220 go")
                self.secure_now()
                self.file = self.connection.makefile("rb")
            elif verb == "AUTH":
                self.auth(words)
            elif verb == "RCPT" and "unknown" in words[1]:
                self.say("550 5.1.1 no such user")
            elif verb == "RCPT" and "busy" in words[1]:
                self.say("450 4.2.0 come back later")
            elif verb == "DATA":
                self.data()
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 2.0.0 Ok")


with socket.create_server(("127.0.0.1", port)) as server:
    while True:
        connection, _ = server.accept()
        try:
            Session(connection).run()
        except (EOFError, OSError):
            pass
        finally:
            connection.close()
