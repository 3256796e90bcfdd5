// SPDX-License-Identifier: GPL-3.0-or-later
//
// The interposer itself: what must be caught is planted in a child, and what
// is allowed must pass there

#include "base/rt.h"
#include "support/guard.h"
#include "support/jackd.h"
#include "support/process.h"

#include <jack/jack.h>

#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

// Faults, each a fault only inside a section

static void* volatile block;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t           sem;

static void
plant_nothing(void)
{
}

static void
plant_allowed(void)
{
  static uint32_t word;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0)) {
    abort();
  }
}

static void
plant_malloc(void)
{
  block = malloc(16);
}

static void
plant_free(void)
{
  free(block);
}

static void
plant_realloc(void)
{
  block = realloc(block, 32);
}

static void
plant_aligned(void)
{
  block = aligned_alloc(64, 64);
}

static void
plant_strdup(void)
{
  block = strdup("text");
}

static void
plant_lock(void)
{
  pthread_mutex_lock(&lock);
}

static void
plant_sem(void)
{
  sem_wait(&sem);
}

static void
plant_printf(void)
{
  printf("text %p\n", block);
}

static void
plant_snprintf(void)
{
  static char text[16];
  snprintf(text, sizeof(text), "%p", block);
}

static void
plant_fopen(void)
{
  block = fopen("/dev/null", "r");
}

static void
plant_write(void)
{
  if (write(STDOUT_FILENO, "", 0)) {
    abort();
  }
}

static void
plant_syscall(void)
{
  syscall(SYS_getppid);
}

static void
plant_yield(void)
{
  nanosleep(&(const struct timespec){0, 1}, NULL);
}

static void
plant_futex_wait(void)
{
  static uint32_t word;
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
}

// clang-format off
static const struct {
  const char* name;
  void      (*plant)(void);
  const char* what; ///< What the interposer says, null if it must pass
} cases[] = {
  {"nothing",    plant_nothing,    NULL},
  {"allowed",    plant_allowed,    NULL},
  {"malloc",     plant_malloc,     "malloc"},
  {"free",       plant_free,       "free"},
  {"realloc",    plant_realloc,    "realloc"},
  {"aligned",    plant_aligned,    "aligned_alloc"},
  {"strdup",     plant_strdup,     "malloc"},
  {"lock",       plant_lock,       "pthread_mutex_lock"},
  {"sem",        plant_sem,        "sem_wait"},
  {"printf",     plant_printf,     "printf"},
  {"snprintf",   plant_snprintf,   "snprintf"},
  {"fopen",      plant_fopen,      "fopen"},
  {"write",      plant_write,      "write"},
  {"syscall",    plant_syscall,    "system call 110"},
  {"nanosleep",  plant_yield,      "system call"},
  {"futex_wait", plant_futex_wait, "system call 202"},
};
// clang-format on

enum { NUM_CASES = sizeof(cases) / sizeof(*cases) };

// Where a fault can be planted

static void
in_section(void (*plant)(void))
{
  rt_section_enter();
  plant();
  rt_section_leave();
}

static void*
section_thread(void* arg)
{
  in_section(*(void (**)(void))arg);
  return NULL;
}

/// Threads that do audio have all signals blocked
static void
in_thread(void (*plant)(void))
{
  pthread_t thread;
  sigset_t  all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  pthread_create(&thread, NULL, section_thread, &plant);
  pthread_join(thread, NULL);
}

/// In the middle of a section is a wait that is allowed
static void
in_pause(void (*plant)(void))
{
  rt_section_enter();
  rt_section_leave();
  plant();
  rt_section_enter();
  rt_section_leave();
}

static sem_t cycled;

static int
process(jack_nframes_t n, void* arg)
{
  (void)n;
  (*(void (**)(void))arg)();
  sem_post(&cycled);
  return 0;
}

/// In JACK's process callback, which the interposer has to find by itself
static void
in_callback(void (*plant)(void))
{
  jack_client_t* const client = jack_client_open(
    "planter", JackNoStartServer | JackServerName, NULL, getenv("TEST_SERVER"));
  if (!client) {
    abort();
  }

  sem_init(&cycled, 0, 0);
  jack_set_process_callback(client, process, &plant);
  jack_activate(client);
  for (int i = 0; i < 3; ++i) {
    sem_wait(&cycled);
  }
  jack_client_close(client);
}

// clang-format off
static const struct {
  const char* name;
  void      (*run)(void (*)(void));
} places[] = {
  {"section",  in_section},
  {"thread",   in_thread},
  {"callback", in_callback},
  {"pause",    in_pause},
};
// clang-format on

enum { NUM_PLACES = sizeof(places) / sizeof(*places) };

static int
be_child(const char* place, const char* name)
{
  sem_init(&sem, 0, 1);
  block = calloc(1, 16);
  for (int i = 0; i < NUM_PLACES; ++i) {
    for (int j = 0; j < NUM_CASES; ++j) {
      if (!strcmp(places[i].name, place) && !strcmp(cases[j].name, name)) {
        places[i].run(cases[j].plant);
      }
    }
  }
  return 0;
}

// The tests

/// Run a case in a child under the interposer; its standard error is `text`
static int
run_case(const char* place,
         const char* name,
         const char* server,
         char*       text,
         size_t      size)
{
  char env_server[64] = "TEST_SERVER=";
  strcat(env_server, server);
  const char* const argv[]  = {"/proc/self/exe", place, name, NULL};
  const char* const env[]   = {guard_env(), env_server, NULL};
  Process           process = {0};
  int               status  = 0;

  const int err = memfd_create("stderr", MFD_CLOEXEC);
  assert_true(process_start(&process, argv, env, -1, err));
  assert_true(process_wait(&process, 30000, &status));
  const ssize_t n     = pread(err, text, size - 1, 0);
  text[n < 0 ? 0 : n] = '\0';
  close(err);
  return status;
}

static void
check_case(const char* place, int i, const char* server)
{
  char      text[4096];
  const int status = run_case(place, cases[i].name, server, text, sizeof(text));
  if (!cases[i].what) {
    assert_string_equal(text, "");
    assert_int_equal(status, 0);
    return;
  }

  char expected[64];
  snprintf(expected, sizeof(expected), "rtguard: %s", cases[i].what);
  if (!strstr(text, expected)) {
    fail_msg(
      "%s in a %s: status %x, \"%s\"", cases[i].name, place, status, text);
  }
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void
test_faults_in_a_section_are_caught(void** state)
{
  (void)state;
  for (int i = 0; i < NUM_CASES; ++i) {
    check_case("section", i, "");
  }
}

static void
test_faults_in_another_thread_are_caught(void** state)
{
  (void)state;
  for (int i = 0; i < NUM_CASES; ++i) {
    check_case("thread", i, "");
  }
}

static void
test_faults_in_the_process_callback_are_caught(void** state)
{
  static const char* const chosen[] = {
    "nothing", "allowed", "malloc", "lock", "printf", "syscall"};

  (void)state;
  Jackd jackd;
  jackd_init(&jackd, 48000, 256);
  jackd.async = true; // Synchronous mode waits for each client that aborts
  assert_true(jackd_start(&jackd));
  for (int i = 0; i < NUM_CASES; ++i) {
    for (size_t j = 0; j < sizeof(chosen) / sizeof(*chosen); ++j) {
      if (!strcmp(cases[i].name, chosen[j])) {
        check_case("callback", i, jackd.name);
      }
    }
  }
  jackd_stop(&jackd, SIGTERM);
}

static void
test_outside_of_a_section_nothing_is_caught(void** state)
{
  (void)state;
  for (int i = 0; i < NUM_CASES; ++i) {
    char text[4096];
    assert_int_equal(run_case("pause", cases[i].name, "", text, sizeof(text)),
                     0);
    assert_string_equal(text, "");
  }
}

int
main(int argc, char** argv)
{
  if (argc > 2) {
    return be_child(argv[1], argv[2]);
  }
  if (!guard_env()) {
    printf("the interposer is not used with a sanitizer\n");
    return 0;
  }

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_faults_in_a_section_are_caught),
    cmocka_unit_test(test_faults_in_another_thread_are_caught),
    cmocka_unit_test(test_faults_in_the_process_callback_are_caught),
    cmocka_unit_test(test_outside_of_a_section_nothing_is_caught),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
