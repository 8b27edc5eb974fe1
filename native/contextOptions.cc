// Lets an application choose TensorFlow's options (threads, GPU, memory limit), which tfjs-node 4.22.0 creates its context without.
//
// Linked into the addon with -Wl,--wrap=TFE_NewContext: the addon's own call arrives here. The options are a serialized
// tensorflow.ConfigProto, in hexadecimal digits, in the environment variable TFJS_INCEPTION_TENSORFLOW_CONFIG.

#include <cstdlib>
#include <cstring>
#include <string>

#include "tensorflow/c/eager/c_api.h"

extern "C" TFE_Context *__real_TFE_NewContext(const TFE_ContextOptions *options, TF_Status *status);

namespace {

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

}  // namespace

extern "C" TFE_Context *__wrap_TFE_NewContext(const TFE_ContextOptions *options, TF_Status *status) {
  const char *text = std::getenv("TFJS_INCEPTION_TENSORFLOW_CONFIG");
  std::string config;
  if (text != nullptr && Decode(text, &config)) {
    TFE_ContextOptionsSetConfig(const_cast<TFE_ContextOptions *>(options), config.data(), config.size(), status);
    if (TF_GetCode(status) != TF_OK) return nullptr;
  }
  return __real_TFE_NewContext(options, status);
}
