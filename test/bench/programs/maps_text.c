/*
 * maps_text: every shared mapping of every process, from the text of /proc/PID/maps, as fast as one thread of C can.
 *
 * Scans twice, and prints a line for the second: the nanoseconds that it took and the number of records. With --records
 * it scans once and prints a line for each: pid, start, end, offset, device, inode and rights, numbers in hexadecimal
 * but the pid.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct record {
  int pid;
  uint32_t device_major;
  uint32_t device_minor;
  char rights[4];
  uint64_t start;
  uint64_t end;
  uint64_t offset;
  uint64_t inode;
};

static struct record* records;
static size_t count, room;

static struct record* add(void) {
  if (count == room) {
    room = room ? room * 2 : 4096;
    records = realloc(records, room * sizeof *records);
    if (!records) exit(1);
  }
  return &records[count++];
}

static inline const char* hex(const char* at, uint64_t* value) {
  uint64_t result = 0;
  for (;; at++) {
    const unsigned char c = (unsigned char)*at;
    if (c >= '0' && c <= '9')
      result = result << 4 | (c - '0');
    else if (c >= 'a' && c <= 'f')
      result = result << 4 | (c - 'a' + 10);
    else
      break;
  }
  *value = result;
  return at;
}

static inline const char* decimal(const char* at, uint64_t* value) {
  uint64_t result = 0;
  for (; *at >= '0' && *at <= '9'; at++) result = result * 10 + (uint64_t)(*at - '0');
  *value = result;
  return at;
}

/* 'start-end rwxs offset major:minor inode   name' (proc(5)). Only what is shared is read further than its rights. */
static void line(int pid, const char* at) {
  /* An address has 8 digits at least. */
  const char* rights = at + 17;
  while (*rights != ' ') rights++;
  rights++;
  if (rights[3] != 's') return;
  struct record* record = add();
  uint64_t major, minor;
  record->pid = pid;
  at = hex(at, &record->start) + 1;
  hex(at, &record->end);
  memcpy(record->rights, rights, 4);
  at = hex(rights + 5, &record->offset) + 1;
  at = hex(at, &major) + 1;
  at = hex(at, &minor) + 1;
  record->device_major = (uint32_t)major;
  record->device_minor = (uint32_t)minor;
  decimal(at, &record->inode);
}

static void process(int maps, int pid) {
  /* The kernel gives a page of whole lines at a time, more only where a name is that long. */
  static char buffer[64 * 1024];
  size_t kept = 0;
  for (;;) {
    const ssize_t had = read(maps, buffer + kept, sizeof buffer - kept);
    if (had <= 0) return;
    const char* const end = buffer + kept + had;
    const char* at = buffer;
    for (const char* stop; (stop = memchr(at, '\n', (size_t)(end - at))); at = stop + 1) line(pid, at);
    kept = (size_t)(end - at);
    if (kept) memmove(buffer, at, kept);
  }
}

static void scan(void) {
  count = 0;
  DIR* proc = opendir("/proc");
  if (!proc) exit(1);
  for (struct dirent* entry; (entry = readdir(proc));) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    char path[32];
    char* end = stpcpy(path, entry->d_name);
    memcpy(end, "/maps", 6);
    const int maps = openat(dirfd(proc), path, O_RDONLY | O_CLOEXEC);
    if (maps < 0) continue;
    process(maps, atoi(entry->d_name));
    close(maps);
  }
  closedir(proc);
}

int main(int argc, char** argv) {
  struct timespec began, ended;
  scan();
  if (argc > 1 && strcmp(argv[1], "--records") == 0) {
    for (const struct record* at = records; at < records + count; at++) {
      printf("%d %lx %lx %lx %x:%x %lx %.4s\n", at->pid, at->start, at->end, at->offset, at->device_major,
             at->device_minor, at->inode, at->rights);
    }
    return 0;
  }
  clock_gettime(CLOCK_MONOTONIC, &began);
  scan();
  clock_gettime(CLOCK_MONOTONIC, &ended);
  const long long took = (ended.tv_sec - began.tv_sec) * 1000000000LL + (ended.tv_nsec - began.tv_nsec);
  printf("%lld %zu\n", took, count);
  return 0;
}
