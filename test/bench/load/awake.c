// Keeps every processor from halting, and takes no time from anybody: spins at the idle priority until it is ended.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static void *spin(void *processor) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET((intptr_t)processor, &only);
  pthread_setaffinity_np(pthread_self(), sizeof only, &only);
  for (;;) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
  }
  return NULL;
}

int main(void) {
  struct sched_param none = {0};
  if (sched_setscheduler(0, SCHED_IDLE, &none) != 0) {
    perror("sched_setscheduler");
    return 1;
  }
  for (long processor = sysconf(_SC_NPROCESSORS_ONLN) - 1; processor >= 0; processor--) {
    pthread_t thread;
    pthread_create(&thread, NULL, spin, (void *)(intptr_t)processor);
  }
  pause();
  return 0;
}
