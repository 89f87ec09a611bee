#include "run/process_tree.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace pcbench {
namespace {

/// The process whose folder of /proc is called NAME; pid 0: it is none, is gone or is a zombie.
Descendant read_process(const std::string& name) {
  if (name.find_first_not_of("0123456789") != std::string::npos) return {};
  std::ifstream file("/proc/" + name + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t begin = text.find('(');
  const std::size_t end = text.rfind(')');  // the name may itself hold spaces and parentheses
  if (begin == std::string::npos || end == std::string::npos) return {};
  std::istringstream fields(text.substr(end + 1));
  char state = '?';
  Descendant process{static_cast<pid_t>(std::stol(name)), 0, text.substr(begin + 1, end - begin - 1)};
  fields >> state >> process.parent;
  return state == 'Z' || state == 'X' ? Descendant{} : process;
}

}  // namespace

std::vector<Descendant> descendants_of(pid_t ancestor) {
  std::vector<Descendant> others;
  for (const auto& entry : std::filesystem::directory_iterator("/proc"))
    if (Descendant process = read_process(entry.path().filename()); process.pid != 0)
      others.push_back(std::move(process));
  std::vector<Descendant> found;
  std::set<pid_t> family = {ancestor};
  for (bool grew = true; grew;) {  // a child may be listed before its parent
    grew = false;
    for (const Descendant& process : others)
      if (family.contains(process.parent) && family.insert(process.pid).second) {
        found.push_back(process);
        grew = true;
      }
  }
  return found;
}

}  // namespace pcbench
