// How tfjs-node 4.22.0 starts TensorFlow, put into the application's hands: with options, without a word, and with an error where it fails.
//
// Linked into the addon with
//   -Wl,--wrap=TFE_NewContext,--wrap=TFE_ContextListDevices,--wrap=TF_DeviceListCount,--wrap=TF_NewSessionOptions
//     the addon's own calls arrive here
//   -Wl,-z,initfirst   the constructor below runs before TensorFlow's own, two of which write to stderr whatever the log level is
// It is spoken to through the environment, which the addon and JavaScript share:
//   TFJS_INCEPTION_TENSORFLOW_CONFIG    read: a serialized tensorflow.ConfigProto in hexadecimal digits
//   TF_CPP_MIN_LOG_LEVEL                read: above 0, TensorFlow starts without a word
//   TFJS_INCEPTION_TENSORFLOW_ONEDNN    written: 1 or 0, whether TensorFlow computes with oneDNN
//   TFJS_INCEPTION_TENSORFLOW_FAILURE   written: why TensorFlow did not start

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

extern "C" {
TFE_Context *__real_TFE_NewContext(const TFE_ContextOptions *options, TF_Status *status);
TF_DeviceList *__real_TFE_ContextListDevices(TFE_Context *context, TF_Status *status);
int __real_TF_DeviceListCount(const TF_DeviceList *list);
TF_SessionOptions *__real_TF_NewSessionOptions();
}

namespace tensorflow {
// Not part of the C interface: absent, and then null, in a TensorFlow that has no such function.
__attribute__((weak)) bool IsMKLEnabled();
}  // namespace tensorflow

namespace {

// Where stderr went before TensorFlow was loaded; -1 where it was left alone.
int standard_error = -1;

__attribute__((constructor)) void Silence() {
  const char *level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  if (level == nullptr || std::atoi(level) < 1) return;
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  standard_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (standard_error >= 0) dup2(nowhere, STDERR_FILENO);
  close(nowhere);
}

void Unsilence() {
  if (standard_error < 0) return;
  dup2(standard_error, STDERR_FILENO);
  close(standard_error);
  standard_error = -1;
}

int Digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// False where the text is not pairs of hexadecimal digits.
bool Decode(const char *text, std::string *bytes) {
  const size_t length = std::strlen(text);
  if (length % 2 != 0) return false;
  for (size_t i = 0; i < length; i += 2) {
    const int high = Digit(text[i]);
    const int low = Digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes->push_back(static_cast<char>(high * 16 + low));
  }
  return true;
}

// What TensorFlow was started with; empty where nothing was asked for. The environment may have other contents by the next session.
std::string started_with;

TFE_Context *NewContext(const TFE_ContextOptions *options, TF_Status *status) {
  const char *text = std::getenv("TFJS_INCEPTION_TENSORFLOW_CONFIG");
  std::string config;
  if (text != nullptr && Decode(text, &config)) {
    TFE_ContextOptionsSetConfig(const_cast<TFE_ContextOptions *>(options), config.data(), config.size(), status);
    if (TF_GetCode(status) != TF_OK) return nullptr;
    started_with = config;
  }
  return __real_TFE_NewContext(options, status);
}

}  // namespace

extern "C" {

TFE_Context *__wrap_TFE_NewContext(const TFE_ContextOptions *options, TF_Status *status) {
  if (tensorflow::IsMKLEnabled != nullptr) setenv("TFJS_INCEPTION_TENSORFLOW_ONEDNN", tensorflow::IsMKLEnabled() ? "1" : "0", 1);
  TFE_Context *context = NewContext(options, status);
  if (context == nullptr) setenv("TFJS_INCEPTION_TENSORFLOW_FAILURE", TF_Message(status), 1);
  Unsilence();
  return context;
}

// Where there is no context the addon throws its error and goes on to ask for devices. It would crash; it finds none, and the error arrives.
TF_DeviceList *__wrap_TFE_ContextListDevices(TFE_Context *context, TF_Status *status) {
  return context == nullptr ? nullptr : __real_TFE_ContextListDevices(context, status);
}

int __wrap_TF_DeviceListCount(const TF_DeviceList *list) {
  return list == nullptr ? 0 : __real_TF_DeviceListCount(list);
}

// The sessions of graphs are to see the same GPUs, within the same limits.
TF_SessionOptions *__wrap_TF_NewSessionOptions() {
  TF_SessionOptions *options = __real_TF_NewSessionOptions();
  if (started_with.empty()) return options;
  TF_Status *status = TF_NewStatus();
  // TensorFlow took the same bytes when it started.
  TF_SetConfig(options, started_with.data(), started_with.size(), status);
  TF_DeleteStatus(status);
  return options;
}

}  // extern "C"
