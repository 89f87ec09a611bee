#include "worker/control.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/error.h"
#include "base/futex.h"
#include "base/shared_region.h"
#include "model/histogram.h"

namespace pcbench {
namespace {

constexpr std::uint64_t kMagic = 0x70636265'6e636831U;  // "pcbench1"
constexpr std::uint64_t kVersion = 6;
constexpr std::uint64_t kSampledStamps = 4096;  // one per 1024 messages: 4 million messages in flight
constexpr std::uint64_t kManyStamps = 65536;    // of every message, or nearly

struct Header {
  RegionHeader region;
  RoundSpec spec;
};
static_assert(std::is_standard_layout_v<Header> && std::is_trivially_copyable_v<Header>);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "a lock inside an atomic would not be shared");

constexpr std::size_t kTalliesPerLine = kFalseSharingBytes / sizeof(Tally);
static_assert(kFalseSharingBytes % sizeof(Tally) == 0, "a consumer's tallies fill lines of their own");

/// Where each part begins, in bytes from the region's start.
struct Offsets {
  std::size_t gate, stop, slots, tallies, stamps, intended, histograms, responses, lags, bitmap, numbers,
      logs, end;
  std::size_t tallies_per_consumer;
  std::uint64_t stamps_per_producer, bitmap_words;
};

Offsets offsets_of(const RoundSpec& spec) noexcept {
  const auto after = [](std::size_t at, std::size_t bytes) {
    return align_up(at + bytes, kFalseSharingBytes);
  };
  const std::size_t consumers = std::size_t{spec.consumers} + 1;  // the drain counts too
  Offsets o{};
  o.tallies_per_consumer = align_up(spec.producers, kTalliesPerLine);
  const bool open = spec.load.step_count != 0;
  const bool many = spec.sample_every == 1 || open;
  o.stamps_per_producer = spec.sample_every == 0 ? 0 : many ? kManyStamps : kSampledStamps;
  const std::size_t histogram = sizeof(std::uint64_t) * kBucketCount;
  const std::size_t measured = spec.sample_every == 0 && spec.trip_every == 0 ? 0 : consumers;
  o.bitmap_words = spec.verify == Verify::exact && spec.duration_ns == 0 ? (spec.messages + 63) / 64 : 0;
  o.gate = after(0, sizeof(Header));
  o.stop = after(o.gate, sizeof(Gate));
  o.slots = after(o.stop, sizeof(StopWords));
  o.tallies = after(o.slots, sizeof(WorkerSlot) * (spec.producers + consumers));
  o.stamps = after(o.tallies, sizeof(Tally) * o.tallies_per_consumer * consumers);
  o.intended = after(o.stamps, sizeof(Stamp) * spec.producers * o.stamps_per_producer);
  o.histograms = after(o.intended, open ? sizeof(std::uint64_t) * spec.producers * o.stamps_per_producer : 0);
  o.responses = after(o.histograms, histogram * measured);
  o.lags = after(o.responses, open ? histogram * measured : 0);
  o.bitmap = after(o.lags, open ? histogram * spec.producers : 0);
  o.numbers = after(o.bitmap, sizeof(std::uint64_t) * o.bitmap_words);
  o.logs = after(o.numbers, sizeof(std::uint64_t) * numbers_of(spec));
  o.end = o.logs;
  if (spec.verify == Verify::history)
    o.end += spec.producers * LogMemory::bytes_for(spec.producer_log_operations) +
             consumers * LogMemory::bytes_for(spec.consumer_log_operations);
  return o;
}

}  // namespace

void Gate::arrive_and_wait() noexcept {
  ready.fetch_add(1, std::memory_order_release);  // G3 → G4: what this worker set up
  futex_wake(ready);
  while (opened.load(std::memory_order_acquire) == 0) futex_wait(opened, 0, 1'000'000'000);  // G2
}

void Gate::await(std::uint32_t count) const noexcept {
  for (;;) {
    const std::uint32_t arrived = ready.load(std::memory_order_acquire);  // G4: the endpoints exist
    if (arrived >= count) return;
    futex_wait(ready, arrived, 100'000'000);
  }
}

void Gate::open() noexcept {
  opened.store(1, std::memory_order_release);  // G1 → G2: the runner is ready to watch
  futex_wake(opened);
}

std::size_t Control::bytes_for(const RoundSpec& spec) noexcept { return offsets_of(spec).end; }

Control Control::format(std::byte* memory, const RoundSpec& spec) noexcept {
  auto* header = new (memory) Header{{kMagic, kVersion, bytes_for(spec)}, spec};
  Control control;
  control.locate(memory, header->spec);
  const std::uint64_t tickets = spec.duration_ns == 0 ? spec.messages : 0;
  // relaxed: nobody else exists yet
  control.stop_->tickets.store(static_cast<std::int64_t>(tickets), std::memory_order_relaxed);
  control.stop_->producers_left.store(spec.producers, std::memory_order_relaxed);
  return control;
}

Control Control::attach(std::byte* memory, std::size_t bytes) {
  require_region(memory, bytes, {kMagic, kVersion, sizeof(Header)}, "worker start");
  auto* header = std::launder(reinterpret_cast<Header*>(memory));
  if (header->region.bytes != bytes_for(header->spec))
    throw Error("the inherited memory is not this program's", "worker start",
                "start workers only through bench itself");
  Control control;
  control.locate(memory, header->spec);
  return control;
}

void Control::locate(std::byte* memory, const RoundSpec& spec) noexcept {
  const Offsets o = offsets_of(spec);
  spec_ = &reinterpret_cast<Header*>(memory)->spec;
  gate_ = reinterpret_cast<Gate*>(memory + o.gate);
  stop_ = reinterpret_cast<StopWords*>(memory + o.stop);
  slots_ = reinterpret_cast<WorkerSlot*>(memory + o.slots);
  tallies_ = reinterpret_cast<Tally*>(memory + o.tallies);
  tallies_per_consumer_ = o.tallies_per_consumer;
  stamps_ = reinterpret_cast<Stamp*>(memory + o.stamps);
  stamps_per_producer_ = o.stamps_per_producer;
  intended_ = reinterpret_cast<std::atomic<std::uint64_t>*>(memory + o.intended);
  histograms_ = reinterpret_cast<std::uint64_t*>(memory + o.histograms);
  responses_ = reinterpret_cast<std::uint64_t*>(memory + o.responses);
  lags_ = reinterpret_cast<std::uint64_t*>(memory + o.lags);
  bitmap_ = reinterpret_cast<std::atomic<std::uint64_t>*>(memory + o.bitmap);
  bitmap_words_ = o.bitmap_words;
  numbers_ = reinterpret_cast<std::uint64_t*>(memory + o.numbers);
  logs_ = memory + o.logs;
}

void Control::prefault(std::uint32_t worker_id) const noexcept {
  const auto touch = [](auto range) {
    pcbench::prefault(reinterpret_cast<std::byte*>(range.data()), range.size_bytes());
  };
  touch(std::span(&slot(worker_id), 1));
  if (worker_id < spec_->producers) {
    touch(std::span(stamps_ + worker_id * stamps_per_producer_, stamps_per_producer_));
    touch(lags(worker_id));
    if (spec_->load.step_count != 0)
      touch(std::span(intended_ + worker_id * stamps_per_producer_, stamps_per_producer_));
  } else {
    touch(tallies(worker_id - spec_->producers));
    touch(histogram(worker_id - spec_->producers));
    touch(responses(worker_id - spec_->producers));
    touch(bitmap());
  }
  touch(log(worker_id).bytes());
}

std::span<std::uint64_t> Control::histogram(std::uint32_t consumer) const noexcept {
  if (spec_->sample_every == 0 && spec_->trip_every == 0) return {};
  return {histograms_ + std::size_t{consumer} * kBucketCount, kBucketCount};
}

std::span<std::uint64_t> Control::responses(std::uint32_t consumer) const noexcept {
  if (spec_->sample_every == 0 || spec_->load.step_count == 0) return {};
  return {responses_ + std::size_t{consumer} * kBucketCount, kBucketCount};
}

std::span<std::uint64_t> Control::lags(std::uint32_t producer) const noexcept {
  if (spec_->load.step_count == 0) return {};
  return {lags_ + std::size_t{producer} * kBucketCount, kBucketCount};
}

LogMemory Control::log(std::uint32_t worker_id) const noexcept {
  if (spec_->verify != Verify::history) return {};
  const std::size_t producer_bytes = LogMemory::bytes_for(spec_->producer_log_operations);
  if (worker_id < spec_->producers)
    return {logs_ + worker_id * producer_bytes, spec_->producer_log_operations};
  const std::size_t consumer_bytes = LogMemory::bytes_for(spec_->consumer_log_operations);
  return {logs_ + spec_->producers * producer_bytes + (worker_id - spec_->producers) * consumer_bytes,
          spec_->consumer_log_operations};
}

std::uint64_t bitmap_index(const RoundSpec& spec, std::uint32_t producer, std::uint64_t sequence) noexcept {
  const std::uint64_t share = spec.messages / spec.producers;
  const std::uint64_t larger_before = std::min<std::uint64_t>(producer, spec.messages % spec.producers);
  return producer * share + larger_before + sequence;
}

void note_error(WorkerSlot& slot, std::string_view text) noexcept {
  const std::size_t length = std::min(text.size(), slot.error.size() - 1);
  std::memcpy(slot.error.data(), text.data(), length);
  slot.error[length] = '\0';
}

}  // namespace pcbench
