// What the programs of this folder share: an object of one page at one address, so that tests know where its fields
// are.
#pragma once

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The field, which is watched, and beside it what the program tells and is told: as in
// test/native/watchpoints/support.ts.
struct page {
  volatile uint64_t field;
  volatile uint32_t low;
  char text[52];
  // Not 0: begin.
  volatile uint32_t go;
  // How many stores to the field were made, and loads of it.
  uint64_t stores;
  uint64_t loads;
};

static struct page *const page = (struct page *)0x5a0000000000;

static void map_page(const char *name) {
  const int fd = shm_open(name, O_RDWR | O_CREAT, 0600);
  if (fd < 0 || ftruncate(fd, sizeof *page) != 0 ||
      mmap(page, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0) != page) {
    perror(name);
    exit(1);
  }
  close(fd);
}

static void rest(long us) {
  const struct timespec time = {us / 1000000, us % 1000000 * 1000};
  if (us > 0) nanosleep(&time, NULL);
}

static void wait_for_go(void) {
  // Parents of tests end as well.
  for (int i = 0; page->go == 0; i++) {
    if (i > 60000) exit(2);
    rest(1000);
  }
}

static void made(uint64_t stores) { __atomic_fetch_add(&page->stores, stores, __ATOMIC_SEQ_CST); }
