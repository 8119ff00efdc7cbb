/* sysv_writer [KEY]: makes a System V segment with a student in it and waits until somebody writes "quit" into the
 * name. */
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include "common.h"
#include "student.h"

int main(int argc, char** argv) {
  until_terminated();
  key_t key = argc > 1 ? (key_t)strtol(argv[1], NULL, 0) : 1234;
  int shmid = check(shmget(key, sizeof(struct student), IPC_CREAT | 0600), "shmget");
  struct student* student = must(shmat(shmid, NULL, 0), "shmat");
  strcpy(student->name, "hello");
  student->age = 20;
  ready();
  while (!ended && strncmp((const char*)student->name, "quit", 5) != 0) pause_ms(10);
  check(shmdt(student), "shmdt");
  check(shmctl(shmid, IPC_RMID, NULL), "shmctl");
  return 0;
}
