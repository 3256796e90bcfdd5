// SPDX-License-Identifier: GPL-3.0-or-later
//
// An interposer (LD_PRELOAD) that watches real-time sections
//
// Inside JACK's process callback, and between `rt_section_enter` and
// `rt_section_leave`, the program is aborted with a backtrace when the thread
// allocates, locks, formats text or touches a file, or makes any system call
// but FUTEX_WAKE.
//
// Functions are caught by defining them here in front of the C library's.  That
// does not see what the library does inside itself, and system calls can be
// made without it, so there is a second net: Syscall User Dispatch turns each
// system call of the thread into SIGSYS while a byte says so.

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif

// Reading these must not allocate, hence the model
#define THREAD_STATE static __thread __attribute__((tls_model("initial-exec")))

THREAD_STATE unsigned      depth;     ///< Sections that the thread is in
THREAD_STATE bool          is_set_up; ///< Whether the kernel knows `selector`
THREAD_STATE volatile char selector = 0; ///< 0: system calls pass, 1: SIGSYS

/// Tell what happened and where, and end the program
static void
violation(const char* what)
{
  void* frames[64];

  selector = 0;
  depth    = 0;
  dprintf(STDERR_FILENO, "rtguard: %s in a real-time section\n", what);
  backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
  abort();
}

static inline void
check(const char* what)
{
  if (depth) {
    violation(what);
  }
}

// System calls

#if defined(__x86_64__)

// The only code whose system calls pass while the byte says SIGSYS: the return
// from the signal handler, and FUTEX_WAKE on behalf of the thread
extern const char rtguard_gate_begin[];
extern const char rtguard_gate_end[];
void
rtguard_restore(void);
long
rtguard_futex(long number, long address, long op, long value);

__asm__(".pushsection .text\n"
        "rtguard_gate_begin:\n"
        "rtguard_restore:\n"
        "  mov $15, %eax\n" // rt_sigreturn
        "  syscall\n"
        "rtguard_futex:\n"
        "  mov %rdi, %rax\n"
        "  mov %rsi, %rdi\n"
        "  mov %rdx, %rsi\n"
        "  mov %rcx, %rdx\n"
        "  syscall\n"
        "  ret\n"
        "rtguard_gate_end:\n"
        ".popsection\n");

static void
on_system_call(int signal, siginfo_t* info, void* context)
{
  (void)signal;

  greg_t* const regs = ((ucontext_t*)context)->uc_mcontext.gregs;
  const long    op   = (long)regs[REG_RSI] & ~FUTEX_PRIVATE_FLAG;
  if (info->si_syscall == SYS_futex && op == FUTEX_WAKE) {
    regs[REG_RAX] = rtguard_futex(
      SYS_futex, (long)regs[REG_RDI], (long)regs[REG_RSI], (long)regs[REG_RDX]);
    return;
  }

  char what[32];
  selector = 0;
  depth    = 0;
  snprintf(what, sizeof(what), "system call %d", info->si_syscall);
  violation(what);
}

/// Handle SIGSYS, returning through the gate, which libc's sigaction cannot
static void
catch_system_calls(void)
{
  const struct {
    void (*handler)(int, siginfo_t*, void*);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
  } action = {
    on_system_call, SA_SIGINFO | SA_NODEFER | 0x04000000, rtguard_restore, 0};
  syscall(SYS_rt_sigaction, SIGSYS, &action, NULL, sizeof(action.mask));
}

static void
set_up_thread(void)
{
  // Blocked, the signal would end the program without a word
  sigset_t ours;
  sigemptyset(&ours);
  sigaddset(&ours, SIGSYS);
  pthread_sigmask(SIG_UNBLOCK, &ours, NULL);

  // A kernel that cannot do this leaves the first net only
  prctl(PR_SET_SYSCALL_USER_DISPATCH,
        PR_SYS_DISPATCH_ON,
        rtguard_gate_begin,
        rtguard_gate_end - rtguard_gate_begin,
        &selector);
  is_set_up = true;
}

#else

static void
catch_system_calls(void)
{
}

static void
set_up_thread(void)
{
  is_set_up = true;
}

#endif

// Sections

void
rt_section_hook(bool entering);

void
rt_section_hook(bool entering)
{
  if (!is_set_up) {
    set_up_thread();
  }
  depth    = entering ? depth + 1 : depth - 1;
  selector = depth > 0;
}

typedef int (*ProcessFunc)(uint32_t, void*);

/// A process callback that was set
typedef struct {
  ProcessFunc func;
  void*       arg;
} Callback;

static int
guarded_process(uint32_t n, void* arg)
{
  const Callback* const callback = (const Callback*)arg;

  rt_section_hook(true);
  const int result = callback->func(n, callback->arg);
  rt_section_hook(false);
  return result;
}

int
jack_set_process_callback(void* client, ProcessFunc func, void* arg);

int
jack_set_process_callback(void* client, ProcessFunc func, void* arg)
{
  // Lives as long as the client might, which nobody tells
  Callback* const callback = (Callback*)malloc(sizeof(Callback));
  int (*const real)(void*, ProcessFunc, void*) =
    (int (*)(void*, ProcessFunc, void*))dlsym(RTLD_NEXT,
                                              "jack_set_process_callback");
  *callback = (Callback){func, arg};
  return real(client, guarded_process, callback);
}

__attribute__((constructor)) static void
prepare(void)
{
  // The first backtrace loads a library
  void* frames[2];
  backtrace(frames, 2);
  catch_system_calls();
}

// Memory: libc's own names serve before anything can be looked up

void*
__libc_malloc(size_t size);
void*
__libc_calloc(size_t n, size_t size);
void*
__libc_realloc(void* block, size_t size);
void*
__libc_memalign(size_t alignment, size_t size);
void
__libc_free(void* block);

void*
malloc(size_t size)
{
  check("malloc");
  return __libc_malloc(size);
}

void*
calloc(size_t n, size_t size)
{
  check("calloc");
  return __libc_calloc(n, size);
}

void*
realloc(void* block, size_t size)
{
  check("realloc");
  return __libc_realloc(block, size);
}

void
free(void* block)
{
  check("free");
  __libc_free(block);
}

void*
memalign(size_t alignment, size_t size)
{
  check("memalign");
  return __libc_memalign(alignment, size);
}

void*
aligned_alloc(size_t alignment, size_t size)
{
  check("aligned_alloc");
  return __libc_memalign(alignment, size);
}

int
posix_memalign(void** block, size_t alignment, size_t size)
{
  check("posix_memalign");
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : 12;
}

// The rest: looked up when first called

#define GUARD(result, name, params, args)                                      \
  result name params                                                           \
  {                                                                            \
    static result(*real) params;                                               \
    check(#name);                                                              \
    if (!real) {                                                               \
      real = (result(*) params)dlsym(RTLD_NEXT, #name);                        \
    }                                                                          \
    return real args;                                                          \
  }

#define GUARD_FORMAT(name, params, last, valist_name, args)                    \
  int name params                                                              \
  {                                                                            \
    check(#name);                                                              \
    va_list list;                                                              \
    va_start(list, last);                                                      \
    const int result = valist_name args;                                       \
    va_end(list);                                                              \
    return result;                                                             \
  }

// clang-format off
GUARD(int, pthread_mutex_lock, (pthread_mutex_t* lock), (lock))
GUARD(int, pthread_rwlock_rdlock, (pthread_rwlock_t* lock), (lock))
GUARD(int, pthread_rwlock_wrlock, (pthread_rwlock_t* lock), (lock))
GUARD(int, sem_wait, (sem_t* sem), (sem))
GUARD(int, close, (int fd), (fd))
GUARD(ssize_t, read, (int fd, void* data, size_t size), (fd, data, size))
GUARD(ssize_t, write, (int fd, const void* data, size_t size), (fd, data, size))
GUARD(FILE*, fopen, (const char* path, const char* mode), (path, mode))
GUARD(int, fclose, (FILE* file), (file))
GUARD(int, fflush, (FILE* file), (file))
GUARD(int, puts, (const char* text), (text))
GUARD(int, putchar, (int c), (c))
GUARD(int, fputs, (const char* text, FILE* file), (text, file))
GUARD(int, fputc, (int c, FILE* file), (c, file))
GUARD(size_t, fread, (void* data, size_t size, size_t n, FILE* file), (data, size, n, file))
GUARD(size_t, fwrite, (const void* data, size_t size, size_t n, FILE* file), (data, size, n, file))
GUARD(int, vprintf, (const char* format, va_list list), (format, list))
GUARD(int, vfprintf, (FILE* file, const char* format, va_list list), (file, format, list))
GUARD(int, vsnprintf, (char* text, size_t size, const char* format, va_list list), (text, size, format, list))
GUARD_FORMAT(printf, (const char* format, ...), format, vprintf, (format, list))
GUARD_FORMAT(fprintf, (FILE* file, const char* format, ...), format, vfprintf, (file, format, list))
GUARD_FORMAT(snprintf, (char* text, size_t size, const char* format, ...), format, vsnprintf, (text, size, format, list))
// clang-format on

// SIGSYS stays ours: cmocka, for one, wants to handle it

sighandler_t
signal(int number, sighandler_t handler)
{
  static sighandler_t (*real)(int, sighandler_t);
  if (number == SIGSYS) {
    return SIG_DFL;
  }
  if (!real) {
    real = (sighandler_t(*)(int, sighandler_t))dlsym(RTLD_NEXT, "signal");
  }
  return real(number, handler);
}

int
open(const char* path, int flags, ...)
{
  va_list list;
  va_start(list, flags);
  const int mode = va_arg(list, int);
  va_end(list);

  check("open");
  return openat(AT_FDCWD, path, flags, mode);
}
