#include "codec/codec.h"

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "model/names.h"

namespace pcbench {
namespace {

using Json = nlohmann::json;
using Length = std::uint32_t;

constexpr std::array kCodecs = {
    CodecRow{"raw", "the payload as it is"},
    CodecRow{"cbor", "a CBOR map (RFC 8949) by nlohmann/json, the payload a byte string"},
    CodecRow{"msgpack", "a MessagePack map by nlohmann/json, the payload a bin"},
    CodecRow{"json", "JSON text by nlohmann/json, the payload an array of numbers"},
};
static_assert(kCodecs.size() == NamesOf<Codec>::table.size(), "each codec has its row");

Json document_of(const Envelope& envelope, std::span<const std::byte> payload) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(payload.data());
  return {{"producer", envelope.producer},
          {"sequence", envelope.sequence},
          {"payload", Json::binary({bytes, bytes + payload.size()})}};
}

bool is_number(const Json& document, const char* key, std::uint64_t expected) {
  const auto value = document.find(key);
  return value != document.end() && value->is_number_unsigned() && value->get<std::uint64_t>() == expected;
}

/// The payload as text has it: nlohmann/json writes bytes as {"bytes": [1, 2], "subtype": null}.
bool read_numbers(const Json& value, std::span<std::byte> payload) {
  const bool whole =
      value.is_object() && value.size() == 2 && value.contains("subtype") && value["subtype"].is_null();
  if (!whole || !value.contains("bytes")) return false;
  const Json& numbers = value["bytes"];
  if (!numbers.is_array() || numbers.size() != payload.size()) return false;
  std::size_t at = 0;
  for (const Json& number : numbers) {
    if (!number.is_number_unsigned() || number.get<std::uint64_t>() > 255) return false;
    payload[at++] = static_cast<std::byte>(number.get<std::uint8_t>());
  }
  return true;
}

bool read_document(const Json& document, const Envelope& envelope, std::span<std::byte> payload) {
  if (!document.is_object() || document.size() != 3 || !is_number(document, "producer", envelope.producer) ||
      !is_number(document, "sequence", envelope.sequence))
    return false;
  const auto value = document.find("payload");
  if (value == document.end()) return false;
  if (!value->is_binary()) return read_numbers(*value, payload);
  const Json::binary_t& bytes = value->get_binary();
  if (bytes.size() != payload.size() || bytes.has_subtype()) return false;
  if (!bytes.empty()) std::memcpy(payload.data(), bytes.data(), bytes.size());
  return true;
}

/// How one format writes and reads: appends to BYTES; a discarded value for what is no document.
struct Format {
  void (*write)(const Json& document, std::vector<std::uint8_t>& bytes);
  Json (*read)(const std::uint8_t* first, const std::uint8_t* last);
};
constexpr Format kCbor = {
    [](const Json& document, std::vector<std::uint8_t>& bytes) { Json::to_cbor(document, bytes); },
    [](const std::uint8_t* first, const std::uint8_t* last) {
      return Json::from_cbor(first, last, true, false);
    }};
constexpr Format kMsgpack = {
    [](const Json& document, std::vector<std::uint8_t>& bytes) { Json::to_msgpack(document, bytes); },
    [](const std::uint8_t* first, const std::uint8_t* last) {
      return Json::from_msgpack(first, last, true, false);
    }};
constexpr Format kText = {[](const Json& document, std::vector<std::uint8_t>& bytes) {
                            const std::string text = document.dump();
                            bytes.insert(bytes.end(), text.begin(), text.end());
                          },
                          [](const std::uint8_t* first, const std::uint8_t* last) {
                            return Json::parse(first, last, nullptr, false);
                          }};

class DocumentCoder final : public Coder {
 public:
  explicit DocumentCoder(const Format& format) : format_(format) {}

  void encode(const Envelope& envelope, std::span<const std::byte> payload,
              std::span<std::byte> frame) noexcept override {
    bytes_.clear();
    format_.write(document_of(envelope, payload), bytes_);
    const auto length = static_cast<Length>(bytes_.size());
    std::memcpy(frame.data(), &length, sizeof length);
    std::memcpy(frame.data() + sizeof length, bytes_.data(), bytes_.size());
    std::memset(frame.data() + sizeof length + length, 0, frame.size() - sizeof length - length);
  }

  bool decode(const Envelope& envelope, std::span<const std::byte> frame,
              std::span<std::byte> payload) noexcept override {
    Length length = 0;
    std::memcpy(&length, frame.data(), sizeof length);
    if (length > frame.size() - sizeof length) return false;
    const auto* const first = reinterpret_cast<const std::uint8_t*>(frame.data() + sizeof length);
    return read_document(format_.read(first, first + length), envelope, payload);
  }

 private:
  const Format& format_;
  std::vector<std::uint8_t> bytes_;  // kept for its room
};

}  // namespace

std::span<const CodecRow> codecs() noexcept { return kCodecs; }

std::unique_ptr<Coder> make_coder(Codec codec) {
  switch (codec) {
    case Codec::raw:
      return nullptr;
    case Codec::cbor:
      return std::make_unique<DocumentCoder>(kCbor);
    case Codec::msgpack:
      return std::make_unique<DocumentCoder>(kMsgpack);
    case Codec::json:
      return std::make_unique<DocumentCoder>(kText);
  }
  return nullptr;
}

}  // namespace pcbench
