// An S3 that reads and forgets: PutObject, UploadPart and what is around them are answered at once, or after a delay.
//   drain <delay in milliseconds>
// Prints its port. HTTP/1.1 with Content-Length or chunked bodies, keep-alive; a thread a connection. Loopback only.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 65536, HEAD_BYTES = 16384, STACK_BYTES = 256 * 1024 };

static long delay_ms;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void pause_for_delay(void) {
  if (delay_ms == 0) return;
  struct timespec delay = {delay_ms / 1000, (delay_ms % 1000) * 1000000};
  nanosleep(&delay, NULL);
}

// Reads a head into `buffer`; gives its length, and the bytes behind it that were read already. 0 when the peer is done.
static size_t read_head(int socket, char *buffer, size_t *filled) {
  for (;;) {
    buffer[*filled] = 0;
    char *end = strstr(buffer, "\r\n\r\n");
    if (end) return (size_t)(end - buffer) + 4;
    if (*filled >= HEAD_BYTES - 1) return 0;
    ssize_t got = read(socket, buffer + *filled, HEAD_BYTES - 1 - *filled);
    if (got <= 0) return 0;
    *filled += (size_t)got;
  }
}

static char *header(char *head, const char *name) {
  for (char *line = strstr(head, "\r\n"); line && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
    size_t length = strlen(name);
    if (!strncasecmp(line + 2, name, length) && line[2 + length] == ':') return line + 3 + length;
  }
  return NULL;
}

static int skip(int socket, char *scratch, uint64_t bytes) {
  while (bytes > 0) {
    ssize_t got = read(socket, scratch, bytes < READ_BYTES ? bytes : READ_BYTES);
    if (got <= 0) return 0;
    bytes -= (uint64_t)got;
  }
  return 1;
}

static int answer(int socket, const char *head) {
  const char *begun =
      "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>upload</UploadId>"
      "</InitiateMultipartUploadResult>";
  const char *completed = "<CompleteMultipartUploadResult><ETag>\"e-1\"</ETag></CompleteMultipartUploadResult>";
  const char *end = strchr(head, '\n');
  size_t line = end ? (size_t)(end - head) : 0;
  const char *body = "";
  if (!strncmp(head, "POST", 4)) body = memmem(head, line, "uploadId=", 9) ? completed : begun;
  // What was put is forgotten.
  const char *status = strncmp(head, "GET", 3) && strncmp(head, "HEAD", 4) ? "200 OK" : "404 Not Found";
  char reply[512];
  int length = snprintf(reply, sizeof reply, "HTTP/1.1 %s\r\nETag: \"e\"\r\nContent-Length: %zu\r\n\r\n%s",
                        status, strlen(body), body);
  return write(socket, reply, (size_t)length) == length;
}

static void *serve(void *argument) {
  int socket = (int)(intptr_t)argument;
  char head[HEAD_BYTES];
  char *scratch = malloc(READ_BYTES);
  size_t filled = 0;
  for (size_t length; (length = read_head(socket, head, &filled)) > 0;) {
    head[length - 1] = 0;
    char *size = header(head, "content-length");
    uint64_t bytes = size ? strtoull(size, NULL, 10) : 0;
    if (header(head, "expect") && write(socket, "HTTP/1.1 100 Continue\r\n\r\n", 25) != 25) break;
    size_t behind = filled - length;
    uint64_t here = bytes < behind ? bytes : behind;
    if (!skip(socket, scratch, bytes - here)) break;
    pause_for_delay();
    if (!answer(socket, head)) break;
    filled = behind - here;
    memmove(head, head + length + here, filled);
  }
  free(scratch);
  close(socket);
  return NULL;
}

int main(int count, char **words) {
  delay_ms = count > 1 ? atol(words[1]) : 0;
  int listening = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listening, (struct sockaddr *)&address, size) || listen(listening, 1024)) die("listen");
  getsockname(listening, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, STACK_BYTES);
  for (;;) {
    int accepted = accept(listening, NULL, NULL);
    if (accepted < 0) die("accept");
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    pthread_t thread;
    if (pthread_create(&thread, &small, serve, (void *)(intptr_t)accepted)) die("thread");
    pthread_detach(thread);
  }
}
