// A Node-API addon with one function, `withoutStderr(callback)`: calls a synchronous function of JavaScript while file
// descriptor 2 leads to /dev/null, and returns what it returned or throws what it threw. JavaScript alone cannot do
// that: TensorFlow's C++ writes to the descriptor, past `process.stderr`.
//
// The descriptor belongs to the whole process, so what other threads write to it in the meantime is lost too. Where it
// cannot be redirected (it is closed, there is no /dev/null) the function is called all the same.

#include <fcntl.h>
#include <node_api.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace {

// Calls may be nested, and of several threads: the first one redirects, the last one restores. Nothing here has a
// destructor that could run after the library is unloaded.
pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
int calls = 0;
int kept = -1;

// What was written so far goes where it was meant to go.
void lead_stderr_to(int descriptor) {
  fflush(stderr);
  while (dup2(descriptor, STDERR_FILENO) < 0 && errno == EINTR) {
  }
}

void redirect() {
  kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int nowhere = kept < 0 ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  lead_stderr_to(nowhere);
  close(nowhere);
}

void restore() {
  if (kept < 0) return;
  lead_stderr_to(kept);
  close(kept);
}

// Descriptor 2 leads to /dev/null for as long as one of these lives.
class NoStderr {
 public:
  NoStderr() {
    pthread_mutex_lock(&counting);
    if (calls++ == 0) redirect();
    pthread_mutex_unlock(&counting);
  }
  ~NoStderr() {
    pthread_mutex_lock(&counting);
    if (--calls == 0) restore();
    pthread_mutex_unlock(&counting);
  }
  NoStderr(const NoStderr&) = delete;
  NoStderr& operator=(const NoStderr&) = delete;
};

napi_value WithoutStderr(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value callback, undefined, result = nullptr;
  napi_valuetype type = napi_undefined;
  napi_get_cb_info(env, info, &count, &callback, nullptr, nullptr);
  napi_typeof(env, callback, &type);
  if (type != napi_function) {
    napi_throw_type_error(env, nullptr, "withoutStderr: callback must be a function");
    return nullptr;
  }
  napi_get_undefined(env, &undefined);
  const NoStderr quiet;
  // What the callback throws stays pending and reaches the caller.
  napi_call_function(env, undefined, callback, 0, nullptr, &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "withoutStderr", NAPI_AUTO_LENGTH, WithoutStderr, nullptr, &function) == napi_ok) {
    napi_set_named_property(env, exports, "withoutStderr", function);
  }
  return exports;
}
