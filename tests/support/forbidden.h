// What happens where the kernel forbids a system call.
#pragma once

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace pcbench::test {

/// From now on the kernel answers EPERM to SYSTEM_CALL. False: it sets no filter. Requires: this process ends
/// soon.
inline bool forbid(unsigned system_call) {
  std::array<sock_filter, 4> filter = {{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                                        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, system_call, 0, 1),
                                        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                                        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// Expects IS_RIGHT() of a process to which SYSTEM_CALL is forbidden; skips the test where that cannot be.
template <class F>
void expect_where_forbidden(unsigned system_call, F&& is_right) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (!forbid(system_call)) ::_exit(2);
    ::_exit(is_right() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "no seccomp filter can be set here";
  EXPECT_EQ(status, 0);
}

}  // namespace pcbench::test
