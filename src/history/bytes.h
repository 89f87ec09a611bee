// Bytes: a stream as the iterator that the JSON parser reads, without a call into the stream per byte.
#pragma once

#include <cstddef>
#include <istream>
#include <iterator>
#include <vector>

namespace pcbench {

/// Hands out a stream byte by byte, from large reads. A read that fails is its end.
class Bytes {
 public:
  explicit Bytes(std::istream& in) : in_(in), buffer_(1U << 18U) { refill(); }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] char current() const { return buffer_[at_]; }
  void advance() {
    if (++at_ == end_) refill();
  }

 private:
  void refill() {
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    at_ = 0;
    end_ = static_cast<std::size_t>(in_.gcount());
  }
  std::istream& in_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
};

struct ByteIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;
  Bytes* bytes = nullptr;  // nullptr: the end
  char operator*() const { return bytes->current(); }
  ByteIterator& operator++() {
    bytes->advance();
    return *this;
  }
  friend bool operator==(const ByteIterator& a, const ByteIterator& b) {
    return (a.bytes == nullptr || a.bytes->at_end()) == (b.bytes == nullptr || b.bytes->at_end());
  }
};

}  // namespace pcbench
