/*
 * kqueue and kevent on Linux's epoll, as far as KqueueEngine uses them: so that the engine contract runs over it where no
 * BSD is at hand. struct kevent has macOS's layout, or with -DFREEBSD FreeBSD's. Filters are told as the BSDs tell them: one event for reading and one
 * for writing, EV_EOF when that direction has ended, with the socket's error in fflags; a filter with EV_CLEAR is told
 * again only when something has come since. Unlike a BSD, a descriptor has to be forgotten by EV_DELETE before it is closed.
 *
 * A queue is the descriptor of its epoll; what it watches is kept in a table by descriptor number, the queue's beside it,
 * and is good until the same number is given out as a queue again. Single-threaded per queue, as a loop is.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EV_ADD 0x1
#define EV_DELETE 0x2
#define EV_CLEAR 0x20
#define EV_ERROR 0x4000
#define EV_EOF 0x8000

#define DESCRIPTORS 20000
#define BATCH 512

struct kevent {
    uintptr_t ident;
    int16_t filter;
    uint16_t flags;
    uint32_t fflags;
    intptr_t data;
    void *udata;
#ifdef FREEBSD
    uint64_t ext[4];
#endif
};

struct watched {
    void *udata[2];
    char on[2];
    char clear;
};

/* By queue: one watched for every descriptor, allocated with the queue, freed when its number is a new queue's. */
static struct watched *queues[DESCRIPTORS];

int kqueue(void)
{
    int queue = epoll_create1(EPOLL_CLOEXEC);
    if (queue < 0)
        return -1;
    free(queues[queue]);
    queues[queue] = calloc(DESCRIPTORS, sizeof(struct watched));
    return queue;
}

static int apply(int queue, const struct kevent *change)
{
    int descriptor = (int)change->ident;
    int filter = change->filter == EVFILT_READ ? 0 : 1;
    if (change->ident >= DESCRIPTORS)
        return EBADF;

    struct watched *watched = &queues[queue][descriptor];
    struct watched before = *watched;
    if (change->flags & EV_DELETE) {
        if (!watched->on[filter])
            return ENOENT;
        watched->on[filter] = 0;
        if (filter == 0)
            watched->clear = 0;
    } else {
        watched->on[filter] = 1;
        watched->udata[filter] = change->udata;
        if (filter == 0)
            watched->clear = (change->flags & EV_CLEAR) != 0;
    }

    struct epoll_event event = {.data.fd = descriptor};
    if (watched->on[0])
        event.events |= EPOLLIN | EPOLLRDHUP | (watched->clear ? EPOLLET : 0);
    if (watched->on[1])
        event.events |= EPOLLOUT;
    int was = before.on[0] || before.on[1];
    int is = watched->on[0] || watched->on[1];
    int operation = !is ? EPOLL_CTL_DEL : was ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if ((was || is) && epoll_ctl(queue, operation, descriptor, &event) < 0) {
        int reason = errno;
        memset(watched, 0, sizeof *watched);
        return reason;
    }

    return 0;
}

static int socket_error(int descriptor)
{
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : 0;
}

/* At most one event for each filter of a descriptor. */
static int tell(int queue, const struct epoll_event *event, struct kevent *list)
{
    int descriptor = event->data.fd, count = 0;
    struct watched *watched = &queues[queue][descriptor];
    uint32_t failed = event->events & (EPOLLERR | EPOLLHUP);
    uint32_t error = event->events & EPOLLERR ? (uint32_t)socket_error(descriptor) : 0;
    if (watched->on[0] && (failed || event->events & (EPOLLIN | EPOLLRDHUP))) {
        int bytes = 0;
        (void)ioctl(descriptor, FIONREAD, &bytes);
        list[count++] = (struct kevent){
            .ident = (uintptr_t)descriptor,
            .filter = EVFILT_READ,
            .flags = failed || event->events & EPOLLRDHUP ? EV_EOF : 0,
            .fflags = error,
            .data = bytes,
            .udata = watched->udata[0],
        };
    }

    if (watched->on[1] && (failed || event->events & EPOLLOUT))
        list[count++] = (struct kevent){
            .ident = (uintptr_t)descriptor,
            .filter = EVFILT_WRITE,
            .flags = failed ? EV_EOF : 0,
            .fflags = error,
            .udata = watched->udata[1],
        };
    return count;
}

int kevent(int queue, const struct kevent *changes, int nchanges, struct kevent *list, int nevents, const struct timespec *timeout)
{
    int count = 0;
    for (int i = 0; i < nchanges; i++) {
        struct kevent change = changes[i];
        int error = apply(queue, &change);
        if (error == 0)
            continue;
        if (count == nevents) {
            errno = error;
            return -1;
        }

        change.flags = EV_ERROR;
        change.data = error;
        list[count++] = change;
    }

    if (nevents == 0 || count > 0)
        return count;

    /* Two filters of one descriptor need two places; with room for one, one of them is told. */
    struct epoll_event events[BATCH];
    int room = nevents == 1 ? 1 : nevents / 2 < BATCH ? nevents / 2 : BATCH;
    long wait = timeout == NULL ? -1 : timeout->tv_sec * 1000 + (timeout->tv_nsec + 999999) / 1000000;
    int ready = epoll_wait(queue, events, room, (int)wait);
    if (ready < 0)
        return -1;
    for (int i = 0; i < ready; i++) {
        struct kevent told[2];
        int here = tell(queue, &events[i], told);
        for (int j = 0; j < here && count < nevents; j++)
            list[count++] = told[j];
    }

    return count;
}
