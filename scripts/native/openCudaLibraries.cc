// Lets TensorFlow open every CUDA library that it demands before it takes a GPU, as it does once it has found one. If one of them is missing
// it passes over all GPUs, and computes on the CPU.
//
//   g++ openCudaLibraries.cc -o openCudaLibraries -ldl && ./openCudaLibraries ADDON
//
// Prints the files that were opened; exit code 1 if TensorFlow would not be content. Asked through the addon, and by TensorFlow's own
// function: from where a library is opened decides in which folders it is looked for.

#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>

// tsl::internal::DsoLoader::TryDlopenCUDALibraries(), which returns an absl::Status: a word through a hidden parameter, 1 where all is well.
constexpr char kFunction[] = "_ZN3tsl8internal9DsoLoader22TryDlopenCUDALibrariesEv";
constexpr uintptr_t kOk = 1;

int main(int count, char **arguments) {
  void *addon = count == 2 ? dlopen(arguments[1], RTLD_LAZY) : nullptr;
  if (addon == nullptr) {
    std::fprintf(stderr, "%s\n", count == 2 ? dlerror() : "usage: openCudaLibraries ADDON");
    return 1;
  }
  auto open_all = reinterpret_cast<void (*)(uintptr_t *)>(dlsym(addon, kFunction));
  if (open_all == nullptr) {
    std::fprintf(stderr, "This TensorFlow has no %s.\n", kFunction);
    return 1;
  }
  uintptr_t status = 0;
  open_all(&status);
  std::set<std::string> opened;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const size_t path = line.find('/');
    if (path != std::string::npos && line.find(".so", path) != std::string::npos) opened.insert(line.substr(path));
  }
  for (const std::string &path : opened) std::puts(path.c_str());
  return status == kOk ? 0 : 1;
}
