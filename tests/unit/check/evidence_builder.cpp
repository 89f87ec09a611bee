#include "evidence_builder.h"

#include <cstring>

namespace pcbench {
namespace {

RoundSpec spec_of(const CaseRecord& record) {
  RoundSpec spec{};
  spec.seed = record.seed;
  spec.messages = record.config.messages.value_or(UINT64_MAX);
  spec.duration_ns = record.config.messages ? 0 : 1'000'000;
  spec.producers = record.config.producers;
  spec.consumers = record.config.consumers;
  spec.payload_bytes = record.config.payload_bytes;
  spec.message_bytes = static_cast<std::uint32_t>(message_bytes(spec.payload_bytes));
  spec.batch_messages = record.config.batch_messages;
  spec.verify = record.config.verify;
  spec.integrity = record.config.integrity;
  return spec;
}

std::unique_ptr<WorkerSlot[]> memory_for(const RoundSpec& spec) {
  const std::size_t units = Control::bytes_for(spec) / sizeof(WorkerSlot) + 1;
  std::unique_ptr<WorkerSlot[]> memory(new WorkerSlot[units]);
  std::memset(static_cast<void*>(memory.get()), 0, units * sizeof(WorkerSlot));
  return memory;
}

/// A protocol that never ends: the tests say what each consumer pops.
class Endless final : public ConsumerStop {};

}  // namespace

CaseRecord make_case(std::uint32_t producers, std::uint32_t consumers, std::uint64_t messages,
                     Verify verify) {
  CaseRecord record;
  record.config.id = "test";
  record.config.producers = producers;
  record.config.consumers = consumers;
  record.config.messages = messages;
  record.config.stop = "close";
  record.config.payload_bytes = 16;
  record.config.verify = verify;
  record.promises.order = Order::fifo;
  record.seed = 42;
  return record;
}

RoundBuilder::RoundBuilder(const CaseRecord& record)
    : record_(record),
      spec_(spec_of(record)),
      memory_(memory_for(spec_)),
      control_(Control::format(reinterpret_cast<std::byte*>(memory_.get()), spec_)) {
  const auto add = [&](Role role, std::uint32_t index) {
    WorkerRecord worker;
    worker.role = role;
    worker.index = index;
    worker.end_at_ns = 1000;
    worker.phase = Phase::done;
    round_.workers.push_back(worker);
  };
  for (std::uint32_t p = 0; p < spec_.producers; ++p) {
    add(Role::producer, p);
    if (record.config.messages) round_.workers.back().messages = share_of(spec_.messages, p, spec_.producers);
    if (record.config.stop == "pill") round_.workers.back().pills = spec_.consumers;
  }
  for (std::uint32_t c = 0; c < spec_.consumers; ++c) add(Role::consumer, c);
  for (std::uint32_t c = 0; c <= spec_.consumers; ++c)
    inspectors_.emplace_back(control_, c, control_.slot(spec_.producers + c));
  round_.elapsed_ns = 1000;
  round_.quiesce_ns = 10;
}

RoundBuilder& RoundBuilder::pop(std::uint32_t consumer, std::uint32_t producer, std::uint64_t sequence) {
  feed(consumer, {sequence, producer, MessageKind::data}, kIntact);
  return *this;
}

RoundBuilder& RoundBuilder::pop_run(std::uint32_t consumer, std::uint32_t producer, std::uint64_t first,
                                    std::uint64_t last) {
  for (std::uint64_t s = first; s <= last; ++s) pop(consumer, producer, s);
  return *this;
}

RoundBuilder& RoundBuilder::pop_corrupted(std::uint32_t consumer, std::uint32_t producer,
                                          std::uint64_t sequence, std::size_t offset_bytes) {
  feed(consumer, {sequence, producer, MessageKind::data}, offset_bytes);
  return *this;
}

RoundBuilder& RoundBuilder::pop_pill(std::uint32_t consumer, std::uint32_t producer) {
  feed(consumer, {0, producer, MessageKind::pill}, kIntact);
  return *this;
}

RoundBuilder& RoundBuilder::pop_of_no_kind(std::uint32_t consumer, std::uint32_t producer,
                                           std::uint64_t sequence) {
  feed(consumer, {sequence, producer, static_cast<MessageKind>(77)}, kIntact);
  return *this;
}

void RoundBuilder::feed(std::uint32_t consumer, const Envelope& envelope, std::size_t wrong_byte) {
  std::vector<std::byte> message(spec_.message_bytes);
  std::memcpy(message.data(), &envelope, sizeof envelope);
  fill_payload(message.data() + sizeof envelope, spec_.payload_bytes,
               payload_key(producer_key(spec_.seed, envelope.producer), envelope.sequence));
  if (wrong_byte != kIntact) message[sizeof envelope + wrong_byte] ^= std::byte{1};
  Endless stop;
  bool over = false;
  Inspector& inspector = inspectors_[consumer == kDrain ? spec_.consumers : consumer];
  inspector.inspect({message.data(), message.size(), 1, PopStatus::ok}, stop, over);
}

RoundBuilder& RoundBuilder::sent(std::uint32_t producer, std::uint64_t messages) {
  worker(Role::producer, producer).messages = messages;
  return *this;
}

RoundBuilder& RoundBuilder::never_left(Role role, std::uint32_t index, WorkerExit exit) {
  worker(role, index).end_at_ns.reset();
  worker(role, index).exit = exit;
  return *this;
}

RoundBuilder& RoundBuilder::gave_up(Role role, std::uint32_t index, const std::string& error) {
  worker(role, index).error = error;
  return *this;
}

RoundBuilder& RoundBuilder::ended(RoundEnd end, HangKind hang) {
  round_.end = end;
  round_.hang = hang;
  if (end != RoundEnd::completed) round_.quiesce_ns.reset();
  return *this;
}

RoundBuilder& RoundBuilder::without_drain(const std::string& why) {
  drain_missing_ = why;
  return *this;
}

WorkerRecord& RoundBuilder::worker(Role role, std::uint32_t index) {
  return round_.workers[role == Role::producer ? index : spec_.producers + index];
}

RoundRecord RoundBuilder::finish(std::uint32_t index) {
  round_.index = index;
  WorkerRecord drain;
  drain.role = Role::consumer;
  drain.index = spec_.consumers;
  for (std::uint32_t c = 0; c <= spec_.consumers; ++c) {
    WorkerRecord& taker = c == spec_.consumers ? drain : worker(Role::consumer, c);
    if (c == spec_.consumers || taker.end_at_ns) inspectors_[c].settle();
    const WorkerSlot& slot = control_.slot(spec_.producers + c);
    taker.messages = inspectors_[c].messages();
    taker.pills = slot.pills;
    for (const Tally& tally : control_.tallies(c))
      taker.tallies.push_back({tally.count, tally.sum, tally.end_sequence});
    for (std::size_t k = 0; k < kFindingKinds; ++k) {
      taker.findings.push_back({slot.findings[k], std::nullopt});
      if (slot.findings[k] != 0) taker.findings[k].first = slot.first[k];
    }
  }
  if (drain_missing_.empty()) round_.drain = drain;
  round_.drain_missing = drain_missing_;
  if (spec_.verify == Verify::exact) {
    round_.bitmap.emplace();
    for (const auto& word : control_.bitmap()) round_.bitmap->push_back(word.load());
  }
  return round_;
}

}  // namespace pcbench
