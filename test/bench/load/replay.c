// Replays a load script (load-script.ts) against a Storage SCP: one C-STORE at a time per association, as modalities do.
//   replay send <script> <port> <associations> <instances per association> <first number>
// Without DICOM, for the limit of the transport:
//   replay pump <port> <bytes>        sends, and waits until the receiver has read it all
//   replay drain [<file>]             listens on a port that it prints, reads and forgets, or writes into the file
// Prints one line of JSON. Loopback only.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PARTS = 1024, READ_BYTES = 65536, HEADER_WORDS = 6, MAX_UID_PLACES = 4, UID_DIGITS = 9 };

struct script {
  uint8_t *request, *head, *block, *tail;
  uint32_t request_bytes, head_bytes, block_bytes, block_count, tail_bytes, message_id_at;
  uint32_t uid_places, uid_at[MAX_UID_PLACES];
};

struct association {
  const struct script *script;
  int port, instances, first, failed;
  double *latencies;
};

static pthread_barrier_t associated;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static int dial(int port) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = loopback(port);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void write_parts(int fd, struct iovec *parts, int count) {
  while (count > 0) {
    ssize_t written = writev(fd, parts, count);
    if (written < 0) die("writev");
    while (count > 0 && (size_t)written >= parts->iov_len) {
      written -= parts->iov_len;
      parts++;
      count--;
    }
    if (count > 0) {
      parts->iov_base = (uint8_t *)parts->iov_base + written;
      parts->iov_len -= written;
    }
  }
}

static void write_bytes(int fd, uint8_t *bytes, size_t length) {
  struct iovec part = {bytes, length};
  write_parts(fd, &part, 1);
}

static void read_bytes(int fd, uint8_t *bytes, size_t length) {
  for (size_t at = 0; at < length;) {
    ssize_t got = read(fd, bytes + at, length - at);
    if (got <= 0) die("the receiver closed the connection");
    at += got;
  }
}

// Reads one PDU into `bytes`; returns the length of its body.
static uint32_t read_pdu(int fd, uint8_t *bytes, uint8_t expected) {
  read_bytes(fd, bytes, 6);
  uint32_t length = (uint32_t)bytes[2] << 24 | bytes[3] << 16 | bytes[4] << 8 | bytes[5];
  if (bytes[0] != expected || length > READ_BYTES - 6) {
    fprintf(stderr, "PDU type %d of %u bytes instead of type %d\n", bytes[0], length, expected);
    exit(1);
  }
  read_bytes(fd, bytes + 6, length);
  return length;
}

// The Status (0000,0900) of a response in one PDU and one PDV; -1 where there is none.
static int status_of(const uint8_t *pdu, uint32_t body_bytes) {
  for (uint32_t at = 12; at + 10 <= body_bytes + 6;) {
    uint32_t tag = pdu[at] << 24 | pdu[at + 1] << 16 | pdu[at + 2] << 8 | pdu[at + 3];
    uint32_t length = pdu[at + 4] | pdu[at + 5] << 8 | pdu[at + 6] << 16;
    if (tag == 0x00000009) return pdu[at + 8] | pdu[at + 9] << 8;
    at += 8 + length;
  }
  return -1;
}

static void number(uint8_t *head, const struct script *script, int number, int message_id) {
  char digits[UID_DIGITS + 1];
  snprintf(digits, sizeof digits, "%09d", number);
  for (uint32_t place = 0; place < script->uid_places; place++) memcpy(head + script->uid_at[place], digits, UID_DIGITS);
  head[script->message_id_at] = message_id & 0xff;
  head[script->message_id_at + 1] = message_id >> 8;
}

static void *associate(void *argument) {
  static const uint8_t release[] = {5, 0, 0, 0, 0, 4, 0, 0, 0, 0};
  struct association *self = argument;
  const struct script *script = self->script;
  uint8_t *answer = malloc(READ_BYTES), *head = malloc(script->head_bytes);
  memcpy(head, script->head, script->head_bytes);
  int fd = dial(self->port);
  write_bytes(fd, script->request, script->request_bytes);
  read_pdu(fd, answer, 2);
  pthread_barrier_wait(&associated);
  for (int index = 0; index < self->instances; index++) {
    double begun = now();
    number(head, script, self->first + index, 1 + index % 0xffff);
    struct iovec parts[MAX_PARTS] = {{head, script->head_bytes}};
    int count = 1;
    for (uint32_t block = 0; block < script->block_count; block++) {
      if (count == MAX_PARTS) {
        write_parts(fd, parts, count);
        count = 0;
      }
      parts[count++] = (struct iovec){script->block, script->block_bytes};
    }
    write_parts(fd, parts, count);
    if (script->tail_bytes > 0) write_bytes(fd, script->tail, script->tail_bytes);
    if (status_of(answer, read_pdu(fd, answer, 4)) != 0) self->failed++;
    self->latencies[index] = now() - begun;
  }
  pthread_barrier_wait(&associated);
  write_bytes(fd, (uint8_t *)release, sizeof release);
  read_pdu(fd, answer, 6);
  close(fd);
  free(head);
  free(answer);
  return NULL;
}

static uint32_t word(FILE *file) {
  uint8_t bytes[4];
  if (fread(bytes, 1, 4, file) != 4) die("script");
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint8_t *piece(FILE *file, uint32_t length) {
  uint8_t *bytes = malloc(length + 1);
  if (fread(bytes, 1, length, file) != length) die("script");
  return bytes;
}

static struct script read_script(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) die(path);
  struct script script = {0};
  uint32_t *words[HEADER_WORDS] = {&script.request_bytes, &script.head_bytes, &script.block_bytes,
                                   &script.block_count,   &script.tail_bytes, &script.message_id_at};
  for (int index = 0; index < HEADER_WORDS; index++) *words[index] = word(file);
  script.uid_places = word(file);
  if (script.uid_places > MAX_UID_PLACES) die("script");
  for (uint32_t place = 0; place < script.uid_places; place++) script.uid_at[place] = word(file);
  script.request = piece(file, script.request_bytes);
  script.head = piece(file, script.head_bytes);
  script.block = piece(file, script.block_bytes);
  script.tail = piece(file, script.tail_bytes);
  fclose(file);
  return script;
}

static int ascending(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static void send_all(const char *path, int port, int associations, int instances, int first) {
  struct script script = read_script(path);
  struct association *all = calloc(associations, sizeof *all);
  pthread_t *threads = calloc(associations, sizeof *threads);
  double *latencies = calloc((size_t)associations * instances, sizeof *latencies);
  pthread_barrier_init(&associated, NULL, associations + 1);
  for (int index = 0; index < associations; index++) {
    all[index] = (struct association){&script,   port, instances, first + index * instances, 0,
                                      latencies + (size_t)index * instances};
    pthread_create(threads + index, NULL, associate, all + index);
  }
  pthread_barrier_wait(&associated);
  double begun = now();
  pthread_barrier_wait(&associated);
  double seconds = now() - begun;
  int failed = 0;
  for (int index = 0; index < associations; index++) {
    pthread_join(threads[index], NULL);
    failed += all[index].failed;
  }
  size_t total = (size_t)associations * instances;
  qsort(latencies, total, sizeof *latencies, ascending);
  printf("{\"seconds\":%.6f,\"failed\":%d,\"p50Ms\":%.3f,\"p99Ms\":%.3f}\n", seconds, failed,
         latencies[total / 2] * 1e3, latencies[total * 99 / 100] * 1e3);
}

static void pump(int port, size_t bytes) {
  uint8_t *buffer = calloc(1, 256 * 1024), end;
  int fd = dial(port);
  double begun = now();
  for (size_t left = bytes; left > 0;) {
    size_t length = left < 256 * 1024 ? left : 256 * 1024;
    write_bytes(fd, buffer, length);
    left -= length;
  }
  shutdown(fd, SHUT_WR);
  while (read(fd, &end, 1) > 0) continue;
  printf("{\"seconds\":%.6f,\"failed\":0,\"p50Ms\":0,\"p99Ms\":0}\n", now() - begun);
}

static void drain(const char *path) {
  uint8_t *buffer = malloc(READ_BYTES);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 8) != 0) die("listen");
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int fd = accept(listener, NULL, NULL);
    int file = path == NULL ? -1 : open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    ssize_t taken;
    while ((taken = read(fd, buffer, READ_BYTES)) > 0) {
      if (path != NULL && write(file, buffer, taken) != taken) die("write");
    }
    if (path != NULL) close(file);
    close(fd);
  }
}

int main(int count, char **arguments) {
  const char *mode = count > 1 ? arguments[1] : "";
  if (strcmp(mode, "send") == 0 && count == 7) {
    send_all(arguments[2], atoi(arguments[3]), atoi(arguments[4]), atoi(arguments[5]), atoi(arguments[6]));
  } else if (strcmp(mode, "pump") == 0 && count == 4) {
    pump(atoi(arguments[2]), strtoull(arguments[3], NULL, 10));
  } else if (strcmp(mode, "drain") == 0) {
    drain(count > 2 ? arguments[2] : NULL);
  } else {
    fprintf(stderr, "usage: see the head of the source\n");
    return 2;
  }
  return 0;
}
