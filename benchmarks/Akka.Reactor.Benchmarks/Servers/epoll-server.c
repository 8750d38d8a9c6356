/*
 * The reference: a TCP server of one thread over epoll, as a C programmer would write it. Non-blocking sockets,
 * level-triggered, one receive per event, sent back at once; what the peer does not take is kept, and nothing more is
 * read until it is gone. No timeouts, no limits.
 *
 *     epoll-server echo|discard|chargen [PORT]
 *
 * Listens on 127.0.0.1, prints "PORT n" and ends with its input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, EVENTS = 512, BACKLOG = 1024 };
enum service { ECHO, DISCARD, CHARGEN };

struct connection {
    int fd;
    uint32_t wanted;
    char *kept; /* What is still to be sent; its own copy. */
    size_t kept_at, kept_length;
};

static enum service service;
static int poller;
static char buffer[BUFFER];

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void want(struct connection *connection, uint32_t events)
{
    if (connection->wanted == events)
        return;
    struct epoll_event change = {.events = events, .data.ptr = connection};
    if (epoll_ctl(poller, EPOLL_CTL_MOD, connection->fd, &change) < 0)
        die("epoll_ctl");
    connection->wanted = events;
}

static void end(struct connection *connection)
{
    close(connection->fd);
    free(connection->kept);
    free(connection);
}

/* How many bytes the kernel took; -1 at the end of the connection. */
static ssize_t send_some(int fd, const char *bytes, size_t length)
{
    ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    return sent;
}

static int keep(struct connection *connection, const char *bytes, size_t length)
{
    connection->kept = malloc(length);
    if (!connection->kept)
        return -1;
    memcpy(connection->kept, bytes, length);
    connection->kept_at = 0;
    connection->kept_length = length;
    want(connection, EPOLLOUT);
    return 0;
}

static int flush(struct connection *connection)
{
    size_t left = connection->kept_length - connection->kept_at;
    ssize_t sent = send_some(connection->fd, connection->kept + connection->kept_at, left);
    if (sent < 0)
        return -1;
    connection->kept_at += sent;
    if ((size_t)sent == left) {
        free(connection->kept);
        connection->kept = NULL;
        want(connection, EPOLLIN);
    }
    return 0;
}

static int receive(struct connection *connection)
{
    ssize_t received = recv(connection->fd, buffer, BUFFER, 0);
    if (received <= 0)
        return received < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
    if (service != ECHO)
        return 0;
    ssize_t sent = send_some(connection->fd, buffer, received);
    if (sent < 0)
        return -1;
    return sent < received ? keep(connection, buffer + sent, received - sent) : 0;
}

static int generate(struct connection *connection)
{
    return send_some(connection->fd, buffer, BUFFER) < 0 ? -1 : 0;
}

static void handle(struct connection *connection, uint32_t events)
{
    int result = 0;
    if (events & EPOLLOUT)
        result = service == CHARGEN ? generate(connection) : flush(connection);
    else if (events)
        result = receive(connection);
    if (result < 0)
        end(connection);
}

static void accept_all(int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct connection *connection = calloc(1, sizeof *connection);
        if (!connection)
            die("calloc");
        connection->fd = fd;
        connection->wanted = service == CHARGEN ? EPOLLOUT : EPOLLIN;
        struct epoll_event add = {.events = connection->wanted, .data.ptr = connection};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &add) < 0)
            die("epoll_ctl");
    }
}

static int listen_on(int port)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0)
        die("socket");
    if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, BACKLOG) < 0)
        die("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        die("getsockname");
    printf("PORT %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static int watch(int fd, void *tag)
{
    struct epoll_event add = {.events = EPOLLIN, .data.ptr = tag};
    return epoll_ctl(poller, EPOLL_CTL_ADD, fd, &add);
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"echo", "discard", "chargen"};
    static char listener_tag, input_tag;
    struct epoll_event events[EVENTS];
    int known = 0;
    for (int index = 0; argc > 1 && index < 3; index++)
        if (strcmp(argv[1], names[index]) == 0) {
            service = index;
            known = 1;
        }
    if (!known) {
        fprintf(stderr, "usage: %s echo|discard|chargen [PORT]\n", argv[0]);
        return 2;
    }
    poller = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_on(argc > 2 ? atoi(argv[2]) : 0);
    if (watch(listener, &listener_tag) < 0 || watch(STDIN_FILENO, &input_tag) < 0)
        die("epoll_ctl");
    for (;;) {
        int count = epoll_wait(poller, events, EVENTS, -1);
        if (count < 0 && errno != EINTR)
            die("epoll_wait");
        for (int index = 0; index < count; index++) {
            void *tag = events[index].data.ptr;
            if (tag == &listener_tag)
                accept_all(listener);
            else if (tag == &input_tag && read(STDIN_FILENO, buffer, sizeof buffer) <= 0)
                return 0;
            else if (tag != &input_tag)
                handle(tag, events[index].events);
        }
    }
}
