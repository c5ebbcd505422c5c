/*
 * Between a process and the system: writes down what it does to the files of one folder, in order,
 * and may have it fail.
 *
 * CRASH_DIR     the folder. CRASH_LOG: the file the record goes to (outside the folder).
 * CRASH_FULL    from this write on there is no room (ENOSPC), counted from 1; 0: never.
 * CRASH_NOSYNC  from this sync on the disk fails (EIO).
 *
 * A record: op (1 byte), file (8), offset (8), length (8), then so many bytes.
 * O opened and new, W written, T truncated (offset is the size), S synced, D a folder synced (its path),
 * U unlinked (the bytes are the path), R renamed (both paths, a NUL between).
 * The index that SQLite shares its log by (-shm) is never read after a crash, and left out.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 4096
#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static uint64_t files[MOST]; /* by descriptor: the inode, 0 where it is none of ours */
static char folders[MOST];
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static long writes, syncs;

static long number(const char *name) { const char *said = getenv(name); return said ? atol(said) : 0; }
static const char *ours(void) { return getenv("CRASH_DIR"); }

static int within(const char *path) {
    const char *folder = ours();
    size_t length = folder ? strlen(folder) : 0;
    if (!length || !path || strncmp(path, folder, length)) return 0;
    if (path[length] && path[length] != '/') return 0;
    size_t all = strlen(path);
    return all < 4 || strcmp(path + all - 4, "-shm");
}

static void record(char op, uint64_t file, int64_t offset, const void *bytes, int64_t length) {
    static int log = -1;
    if (log < 0) {
        int (*opens)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
        log = opens(getenv("CRASH_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    char head[25];
    head[0] = op;
    memcpy(head + 1, &file, 8);
    memcpy(head + 9, &offset, 8);
    memcpy(head + 17, &length, 8);
    struct iovec parts[2] = {{head, 25}, {(void *)bytes, (size_t)length}};
    if (writev(log, parts, 2) != 25 + length) abort();
}

static int noted(int fd, const char *path, int was_there) {
    struct stat about;
    if (fd < 0 || fd >= MOST) return fd;
    if (!within(path) || fstat(fd, &about)) { files[fd] = 0; return fd; }
    folders[fd] = S_ISDIR(about.st_mode);
    files[fd] = about.st_ino;
    if (!folders[fd] && !was_there) record('O', about.st_ino, 0, path, (int64_t)strlen(path));
    return fd;
}

static int opened(const char *path, int flags, mode_t mode) {
    static int (*real)(const char *, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "open64");
    pthread_mutex_lock(&one);
    int was_there = !access(path, F_OK);
    int fd = noted(real(path, flags, mode), path, was_there);
    if (fd >= 0 && fd < MOST && files[fd] && was_there && (flags & O_TRUNC)) record('T', files[fd], 0, "", 0);
    int kept = errno;
    pthread_mutex_unlock(&one);
    errno = kept;
    return fd;
}

#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE return opened(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(path, flags, mode); }
int __open_2(const char *path, int flags) { return opened(path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(path, flags, 0); }
int openat(int at, const char *path, int flags, ...) {
    MODE
    if (at == AT_FDCWD || path[0] == '/') return opened(path, flags, mode);
    REAL(openat);
    return real(at, path, flags, mode);
}
int openat64(int at, const char *path, int flags, ...) {
    MODE
    if (at == AT_FDCWD || path[0] == '/') return opened(path, flags, mode);
    REAL(openat64);
    return real(at, path, flags, mode);
}

int close(int fd) {
    REAL(close);
    if (fd >= 0 && fd < MOST) files[fd] = 0;
    return real(fd);
}

static int is_ours(int fd) { return fd >= 0 && fd < MOST && files[fd] && !folders[fd]; }

static int full(void) {
    long from = number("CRASH_FULL");
    if (from && ++writes >= from) { errno = ENOSPC; return 1; }
    return 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t many, off64_t offset) {
    REAL(pwrite64);
    if (!is_ours(fd)) return real(fd, bytes, many, offset);
    if (full()) return -1;
    pthread_mutex_lock(&one);
    ssize_t did = real(fd, bytes, many, offset);
    if (did > 0) record('W', files[fd], offset, bytes, did);
    pthread_mutex_unlock(&one);
    return did;
}
ssize_t pwrite(int fd, const void *bytes, size_t many, off_t offset) { return pwrite64(fd, bytes, many, offset); }

ssize_t write(int fd, const void *bytes, size_t many) {
    REAL(write);
    if (!is_ours(fd)) return real(fd, bytes, many);
    if (full()) return -1;
    pthread_mutex_lock(&one);
    struct stat about;
    int64_t offset = lseek(fd, 0, SEEK_CUR);
    if ((fcntl(fd, F_GETFL) & O_APPEND) && !fstat(fd, &about)) offset = about.st_size;
    ssize_t did = real(fd, bytes, many);
    if (did > 0) record('W', files[fd], offset, bytes, did);
    pthread_mutex_unlock(&one);
    return did;
}

int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    int did = real(fd, size);
    if (!did && is_ours(fd)) record('T', files[fd], size, "", 0);
    return did;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int failing(void) {
    long from = number("CRASH_NOSYNC");
    if (from && ++syncs >= from) { errno = EIO; return 1; }
    return 0;
}

static int synced(int fd, int did) {
    if (did || fd < 0 || fd >= MOST || !files[fd]) return did;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = folders[fd] ? readlink(link, path, sizeof path) : 0;
    record(folders[fd] ? 'D' : 'S', files[fd], 0, path, length > 0 ? length : 0);
    return did;
}
int fsync(int fd) { REAL(fsync); return is_ours(fd) && failing() ? -1 : synced(fd, real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); return is_ours(fd) && failing() ? -1 : synced(fd, real(fd)); }

int unlink(const char *path) {
    REAL(unlink);
    int did = real(path);
    if (!did && within(path)) record('U', 0, 0, path, (int64_t)strlen(path));
    return did;
}

int rename(const char *from, const char *to) {
    REAL(rename);
    int did = real(from, to);
    if (!did && within(to)) {
        char both[8192];
        int length = snprintf(both, sizeof both, "%s%c%s", from, 0, to);
        record('R', 0, 0, both, length);
    }
    return did;
}
