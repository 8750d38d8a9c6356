/*
 * A client that does with OpenSSL what few clients do. It talks to an echo server:
 *
 *   tls_peer PORT updates COUNT     COUNT changes of keys (KeyUpdate, RFC 8446 section 4.6.3) among data
 *   tls_peer PORT endless COUNT     changes of keys and nothing else, until the connection ends, or COUNT of them
 *   tls_peer PORT small COUNT       COUNT bytes, each in a record of its own
 *   tls_peer PORT renegotiate 1     asks a TLS 1.2 server to renegotiate
 *
 * Exits with 0 if the server has done what it should: echoed everything; ended the connection; refused.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static SSL *ssl;

/* A server that has ended the connection may still take and drop what comes. */
static int is_ended(int fd)
{
    struct pollfd ended = {.fd = fd, .events = POLLRDHUP};
    return poll(&ended, 1, 0) > 0;
}

static int fail(const char *what, long at)
{
    fprintf(stderr, "%s at %ld\n", what, at);
    ERR_print_errors_fp(stderr);
    return 1;
}

/* Writes the bytes and reads them again; each record has at most so many. */
static int echo(const char *data, int length, int record)
{
    char back[4096];
    int sent = 0, got = 0;
    while (sent < length) {
        int part = length - sent < record ? length - sent : record;
        if (SSL_write(ssl, data + sent, part) != part)
            return 0;
        sent += part;
    }
    while (got < length) {
        int count = SSL_read(ssl, back + got, length - got);
        if (count <= 0)
            return 0;
        got += count;
    }
    return memcmp(data, back, length) == 0;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    const char *mode = argv[2];
    long count = atol(argv[3]), i;
    int renegotiates = strcmp(mode, "renegotiate") == 0;

    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        return fail("connect", 0);

    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    int version = renegotiates ? TLS1_2_VERSION : TLS1_3_VERSION;
    SSL_CTX_set_min_proto_version(context, version);
    SSL_CTX_set_max_proto_version(context, version);
    ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (SSL_connect(ssl) != 1)
        return fail("handshake", 0);

    char data[1000];
    for (i = 0; i < (long)sizeof data; i++)
        data[i] = (char)(i * 7);
    if (!echo(data, sizeof data, sizeof data))
        return fail("first echo", 0);

    if (strcmp(mode, "updates") == 0) {
        for (i = 0; i < count; i++) {
            /* The server has to change its keys too, each second time. */
            if (SSL_key_update(ssl, i % 2 ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED) != 1)
                return fail("key update", i);
            if (!echo(data + i % 900, 1 + i % 100, 64))
                return fail("echo", i);
        }
    } else if (strcmp(mode, "endless") == 0) {
        for (i = 0; i < count && !is_ended(fd); i++)
            if (SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) != 1 || SSL_do_handshake(ssl) != 1)
                break;
        if (i == count)
            return fail("the server has endured all updates", i);
    } else if (strcmp(mode, "small") == 0) {
        for (i = 0; i < count; i += 1000)
            if (!echo(data, sizeof data, 1))
                return fail("echo", i);
    } else if (renegotiates) {
        if (SSL_renegotiate(ssl) == 1 && SSL_do_handshake(ssl) == 1 && echo(data, sizeof data, sizeof data))
            return fail("the server has renegotiated", 0);
        i = 1;
    } else {
        return 2;
    }

    printf("%ld\n", i);
    return 0;
}
