/* sysv_reader [KEY]: attaches the segment of sysv_writer read-only and prints the student every second. */
#include <sys/ipc.h>
#include <sys/shm.h>

#include "common.h"
#include "student.h"

int main(int argc, char** argv) {
  until_terminated();
  key_t key = argc > 1 ? (key_t)strtol(argv[1], NULL, 0) : 1234;
  int shmid = check(shmget(key, sizeof(struct student), 0), "shmget");
  const struct student* student = must(shmat(shmid, NULL, SHM_RDONLY), "shmat");
  ready();
  while (!ended) {
    printf("%s, %d\n", student->name, student->age);
    fflush(stdout);
    pause_ms(1000);
  }
  check(shmdt(student), "shmdt");
  return 0;
}
