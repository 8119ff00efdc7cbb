/* What every program here does: end on SIGTERM, say "ready", give up with a message. */
#pragma once
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile sig_atomic_t ended;
static void end(int signal_number) { (void)signal_number, ended = 1; }

static inline void until_terminated(void) {
  struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
}

static inline void ready(void) {
  puts("ready");
  fflush(stdout);
}

static inline void* must(void* result, const char* what) {
  if (result == (void*)-1 || result == NULL) {
    perror(what);
    exit(1);
  }
  return result;
}

static inline int check(int result, const char* what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

/* Returns early when a signal comes. */
static inline void pause_ms(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}
