// Documents come back as they went, and what is no document, or another message's, is refused.
#include "codec/codec.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "model/frame.h"
#include "model/names.h"

namespace pcbench {
namespace {

using Bytes = std::vector<std::byte>;

constexpr Envelope kLargest{UINT64_MAX, UINT32_MAX, MessageKind::data};

class DocumentsOf : public testing::TestWithParam<Codec> {
 protected:
  Bytes frame_of(const Envelope& envelope, const Bytes& payload) const {
    Bytes frame(frame_payload_bytes(GetParam(), payload.size()), std::byte{0xee});
    make_coder(GetParam())->encode(envelope, payload, frame);
    return frame;
  }
  bool reads(const Bytes& frame, const Envelope& envelope, Bytes& payload) const {
    return make_coder(GetParam())->decode(envelope, frame, payload);
  }
  /// The payload whose document is largest as text.
  static Bytes payload_of(std::size_t bytes) { return Bytes(bytes, std::byte{0xff}); }
  static std::uint32_t length_of(const Bytes& frame) {
    std::uint32_t length = 0;
    std::memcpy(&length, frame.data(), sizeof length);
    return length;
  }
};

TEST_P(DocumentsOf, any_payload_comes_back_as_it_went) {
  for (const std::size_t bytes : {0U, 1U, 7U, 23U, 24U, 64U, 255U, 256U, 4096U, 70'000U}) {
    Bytes payload = payload_of(bytes);
    for (std::size_t i = 0; i < bytes; i += 3) payload[i] = static_cast<std::byte>(i);
    Bytes again(bytes);
    EXPECT_TRUE(reads(frame_of(kLargest, payload), kLargest, again)) << bytes;
    EXPECT_EQ(again, payload) << bytes;
  }
}

TEST_P(DocumentsOf, the_largest_has_room_and_nothing_but_zeros_behind_it) {
  for (const std::size_t bytes : {0U, 1U, 300U, 70'000U}) {
    const Bytes frame = frame_of(kLargest, payload_of(bytes));
    const std::size_t end = sizeof(std::uint32_t) + length_of(frame);
    ASSERT_LE(end, frame.size());
    for (std::size_t i = end; i < frame.size(); ++i) ASSERT_EQ(frame[i], std::byte{0}) << i;
  }
}

TEST_P(DocumentsOf, another_messages_document_is_refused) {
  Bytes payload = payload_of(8);
  const Envelope envelope{7, 3, MessageKind::data};
  const Bytes frame = frame_of(envelope, payload);
  EXPECT_FALSE(reads(frame, {8, 3, MessageKind::data}, payload));
  EXPECT_FALSE(reads(frame, {7, 2, MessageKind::data}, payload));
  Bytes shorter(7), longer(9);
  EXPECT_FALSE(reads(frame, envelope, shorter));
  EXPECT_FALSE(reads(frame, envelope, longer));
  EXPECT_TRUE(reads(frame, envelope, payload));
}

TEST_P(DocumentsOf, a_length_beyond_the_frame_is_refused) {
  Bytes payload = payload_of(8);
  Bytes frame = frame_of(kLargest, payload);
  for (const std::uint32_t length : {0U, 1U, static_cast<std::uint32_t>(frame.size() - 3), UINT32_MAX}) {
    std::memcpy(frame.data(), &length, sizeof length);
    EXPECT_FALSE(reads(frame, kLargest, payload)) << length;
  }
}

TEST_P(DocumentsOf, no_changed_or_shortened_document_passes_for_what_it_was) {
  const Bytes payload = payload_of(8);
  const Bytes frame = frame_of(kLargest, payload);
  const std::uint32_t length = length_of(frame);
  for (std::size_t at = sizeof length; at < sizeof length + length; ++at)
    for (const unsigned flip : {1U, 2U, 0x40U, 0x80U, 0xffU}) {
      Bytes changed = frame, again(8);
      changed[at] ^= static_cast<std::byte>(flip);
      EXPECT_FALSE(reads(changed, kLargest, again) && again == payload) << "byte " << at << " ^ " << flip;
    }
  for (std::uint32_t shorter = 0; shorter < length; ++shorter) {
    Bytes cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(sizeof shorter + shorter)), again(8);
    std::memcpy(cut.data(), &shorter, sizeof shorter);
    EXPECT_FALSE(reads(cut, kLargest, again)) << shorter;
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, DocumentsOf, testing::Values(Codec::cbor, Codec::msgpack, Codec::json),
                         [](const auto& one) { return std::string(name_of(one.param)); });

TEST(Codecs, raw_needs_none_and_each_has_its_row) {
  EXPECT_EQ(make_coder(Codec::raw), nullptr);
  EXPECT_EQ(frame_payload_bytes(Codec::raw, 64), 64U);
  for (std::size_t i = 0; i < codecs().size(); ++i)
    EXPECT_EQ(codecs()[i].name, NamesOf<Codec>::table[i].second);
}

}  // namespace
}  // namespace pcbench
