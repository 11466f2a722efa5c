/* Another clock for the processes that load it (LD_PRELOAD): CLOCK_SPEED times as fast since the
   moment CLOCK_SINCE (nanoseconds of the real CLOCK_MONOTONIC and of the real CLOCK_REALTIME), and
   set forward or back by the seconds that stand, as a 64-bit number, in the file CLOCK_JUMP. All
   that waits, waits accordingly. The tests' own: libfaketime 0.9.10 does not know sem_clockwait,
   with which Python's locks wait. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NANO 1000000000LL
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static double speed = 1;
static int64_t mono_since, wall_since, no_jump, *jump = &no_jump;

static int64_t of(const struct timespec *t) { return t->tv_sec * NANO + t->tv_nsec; }
static struct timespec spec(int64_t n) {
    struct timespec t = {n / NANO, n % NANO};
    return t;
}

static int64_t real_now(clockid_t id) {
    struct timespec t;
    syscall(SYS_clock_gettime, id, &t);
    return of(&t);
}

__attribute__((constructor)) static void begin(void) {
    const char *fast = getenv("CLOCK_SPEED"), *since = getenv("CLOCK_SINCE"), *file = getenv("CLOCK_JUMP");
    if (fast) speed = atof(fast);
    if (since) sscanf(since, "%ld,%ld", &mono_since, &wall_since);
    int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        void *at = mmap(NULL, sizeof *jump, PROT_READ, MAP_SHARED, fd, 0);
        if (at != MAP_FAILED) jump = at;
        close(fd);
    }
}

static int is_wall(clockid_t id) {
    return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
}
static int is_ours(clockid_t id) {
    return is_wall(id) || id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE ||
           id == CLOCK_MONOTONIC_RAW || id == CLOCK_BOOTTIME;
}
static int64_t fake_now(clockid_t id) {
    int64_t run = (int64_t)((real_now(CLOCK_MONOTONIC) - mono_since) * speed);
    return is_wall(id) ? wall_since + run + *jump * NANO : mono_since + run;
}

/* How long a wait until this moment of our clock is in real time: never less than nothing. */
static int64_t wait_real(clockid_t id, const struct timespec *until) {
    int64_t left = (int64_t)((of(until) - fake_now(id)) / speed);
    return left > 0 ? left : 0;
}
static struct timespec until_real(clockid_t id, const struct timespec *until) {
    return spec(real_now(id) + wait_real(id, until));
}
/* The clock of a condition is not told: seconds since 1970 are far more than those since the start. */
static clockid_t clock_of(const struct timespec *t) {
    return t->tv_sec > 1000000000 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
}
static int milliseconds(int ms) {
    if (ms <= 0) return ms;
    int less = (int)(ms / speed);
    return less > 0 ? less : 1;
}

int clock_gettime(clockid_t id, struct timespec *t) {
    if (!is_ours(id)) return syscall(SYS_clock_gettime, id, t);
    *t = spec(fake_now(id));
    return 0;
}
int gettimeofday(struct timeval *restrict t, void *restrict zone) {
    int64_t n = fake_now(CLOCK_REALTIME);
    t->tv_sec = n / NANO;
    t->tv_usec = n % NANO / 1000;
    return 0;
}
time_t time(time_t *t) {
    time_t n = fake_now(CLOCK_REALTIME) / NANO;
    if (t) *t = n;
    return n;
}

int clock_nanosleep(clockid_t id, int flags, const struct timespec *t, struct timespec *left) {
    int64_t n = flags & TIMER_ABSTIME ? wait_real(id, t) : (int64_t)(of(t) / speed);
    struct timespec wait = spec(n);
    if (left) *left = spec(0);
    return syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &wait, NULL) ? errno : 0;
}
int nanosleep(const struct timespec *t, struct timespec *left) {
    int error = clock_nanosleep(CLOCK_MONOTONIC, 0, t, left);
    return error ? (errno = error, -1) : 0;
}

int pthread_cond_timedwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m,
                           const struct timespec *restrict t) {
    struct timespec real = until_real(clock_of(t), t);
    return REAL(pthread_cond_timedwait)(c, m, &real);
}
int pthread_cond_clockwait(pthread_cond_t *c, pthread_mutex_t *m, clockid_t id,
                           const struct timespec *t) {
    struct timespec real = until_real(id, t);
    return REAL(pthread_cond_clockwait)(c, m, id, &real);
}
int sem_timedwait(sem_t *restrict s, const struct timespec *restrict t) {
    struct timespec real = until_real(CLOCK_REALTIME, t);
    return REAL(sem_timedwait)(s, &real);
}
int sem_clockwait(sem_t *restrict s, clockid_t id, const struct timespec *restrict t) {
    struct timespec real = until_real(id, t);
    return REAL(sem_clockwait)(s, id, &real);
}

int select(int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,
           struct timeval *restrict t) {
    if (!t) return REAL(select)(n, r, w, e, t);
    int64_t micro = (int64_t)((t->tv_sec * 1000000LL + t->tv_usec) / speed);
    struct timeval less = {micro / 1000000, micro % 1000000};
    return REAL(select)(n, r, w, e, &less);
}
int pselect(int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,
            const struct timespec *restrict t, const sigset_t *restrict mask) {
    struct timespec less = t ? spec((int64_t)(of(t) / speed)) : spec(0);
    return REAL(pselect)(n, r, w, e, t ? &less : NULL, mask);
}
int poll(struct pollfd *fds, nfds_t n, int ms) { return REAL(poll)(fds, n, milliseconds(ms)); }
int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *t, const sigset_t *mask) {
    struct timespec less = t ? spec((int64_t)(of(t) / speed)) : spec(0);
    return REAL(ppoll)(fds, n, t ? &less : NULL, mask);
}
int epoll_wait(int fd, struct epoll_event *events, int n, int ms) {
    return REAL(epoll_wait)(fd, events, n, milliseconds(ms));
}
int epoll_pwait(int fd, struct epoll_event *events, int n, int ms, const sigset_t *mask) {
    return REAL(epoll_pwait)(fd, events, n, milliseconds(ms), mask);
}
