#include "report/markup.h"

#include <fmt/format.h>

namespace pcbench {
namespace {

/// GitHub's own escapes: a line is a command, and in a property a colon or comma would end it.
std::string github_escaped(std::string_view text, bool property) {
  std::string result;
  for (const char c : text)
    if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ',')))
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else result += c;
  return result;
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\n':
        result += "&#10;";
        break;
      case '\t':
        result += "&#9;";
        break;
      default:
        result += static_cast<unsigned char>(c) < 0x20 ? "\xEF\xBF\xBD" : std::string(1, c);
    }
  }
  return result;
}

std::string markdown_cell(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c == '|' || c == '<' || c == '`' || c == '*' || c == '_' || c == '\\') result += {'\\', c};
    else result += c == '\n' || c == '\r' ? ' ' : c;
  return result;
}

std::string github_line(std::string_view level, std::string_view title, std::string_view text) {
  return fmt::format("::{} title={}::{}\n", level, github_escaped(title, true), github_escaped(text, false));
}

}  // namespace pcbench
