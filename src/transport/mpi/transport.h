// mpi: P producers deal messages to C consumers over MPI, between hosts or on one.
// Promises    PxC, each producer's order, lossless, process only, can close; capacity is shared out evenly
//             among the P x C links, at least one a link.
// Threads     an endpoint: the main thread of its rank only. MPI itself is called by a second thread, too.
// Owner       the rank that plays a worker; what was received but not popped stays here for the final drain.
// Layout      a message of MPI: [count, stamps][count messages][stamps times of sampled ones]; empty: closed
// Pairs       those of MPI: messages of one sender to one receiver, in one communicator, stay in order
// Peer death  producer: what it had sent still comes; consumer: its share of the messages stays with it, and
//             its producers wait for room. The leader's supervisor ends both (docs/several-machines.md).
// Source      message-passing form of a credit window, as in Kung, Blackwell and Chapman, "Credit-Based Flow
//             Control for ATM Networks" (1994); dealing in turn: decision 90
#pragma once

#include <mpi.h>

#include <cstring>
#include <vector>

#include "base/clock.h"
#include "transport/mpi/window.h"
#include "transport/transport.h"

namespace pcbench {

/// What a rank knows of the round it plays in.
struct MpiRound {
  std::uint32_t worker_id;              ///< this rank's
  MPI_Comm communicator;                ///< for messages alone
  int number;                           ///< of the round; what an earlier one left behind has another tag
  std::vector<std::int64_t> offset_ns;  ///< of each worker's clock against the leader's
  const Control* control;               ///< this rank's own: stamps travel from one to another
};

namespace mpi_wire {

struct Header {
  std::uint32_t count;
  std::uint32_t stamps;
  std::uint64_t unused;  // messages begin where their envelopes are aligned
};
struct Times {
  std::uint64_t sequence;
  std::uint64_t pushed_ns;
  std::uint64_t intended_ns;  // open load only
};

[[nodiscard]] inline int message_tag(int round) noexcept { return 2 * round; }
[[nodiscard]] inline int credit_tag(int round) noexcept { return 2 * round + 1; }
[[nodiscard]] inline int rank_of(std::uint32_t worker_id) noexcept { return static_cast<int>(worker_id) + 1; }

[[nodiscard]] inline std::size_t bytes_at_most(const RoundSpec& spec, std::uint32_t count) noexcept {
  const std::size_t stamps = spec.sample_every == 0 ? 0 : count / spec.sample_every + 1;
  return sizeof(Header) + std::size_t{count} * spec.message_bytes + stamps * sizeof(Times);
}

/// MPI cannot sleep until something comes: so look again soon.
inline void park(std::uint64_t timeout_ns) noexcept { nap(std::min<std::uint64_t>(timeout_ns, 20'000)); }

}  // namespace mpi_wire

class MpiProducer {
 public:
  MpiProducer(const RoundSpec& spec, const MpiRound& round, std::uint32_t producer,
              std::vector<std::uint64_t>& batches_sent)
      : spec_(spec),
        round_(round),
        producer_(producer),
        window_(spec),
        credits_(spec.consumers, window_.messages),
        batches_sent_(batches_sent),
        buffers_(kBuffers) {
    for (Buffer& buffer : buffers_)
      buffer.bytes.resize(mpi_wire::bytes_at_most(spec, window_.batch_messages));
  }
  MpiProducer(MpiProducer&&) = default;
  MpiProducer& operator=(MpiProducer&&) = delete;
  ~MpiProducer() {  // a consumer that is alive takes all that was sent, if only in its final drain
    for (Buffer& buffer : buffers_) MPI_Wait(&buffer.request, MPI_STATUS_IGNORE);
  }

  [[nodiscard]] WriteRun try_reserve(std::uint32_t want) noexcept {
    take_credits();
    Buffer& buffer = buffers_[next_buffer_];
    int free = 0;
    MPI_Test(&buffer.request, &free, MPI_STATUS_IGNORE);
    const std::uint32_t count = std::min({want, credits_[turn_], window_.batch_messages});
    if (free == 0 || count == 0) return {.status = PushStatus::full};
    return {buffer.bytes.data() + sizeof(mpi_wire::Header), spec_.message_bytes, count, PushStatus::ok};
  }

  /// Each run goes to the next consumer in turn, so that of C pills each gets one.
  [[nodiscard]] PushStatus commit(std::uint32_t count) noexcept {
    Buffer& buffer = buffers_[next_buffer_];
    std::byte* end =
        buffer.bytes.data() + sizeof(mpi_wire::Header) + std::size_t{count} * spec_.message_bytes;
    mpi_wire::Header header{count, 0, 0};
    if (spec_.sample_every != 0) end = append_times(end, count, header.stamps);
    std::memcpy(buffer.bytes.data(), &header, sizeof header);
    sequence_ += count;
    credits_[turn_] -= count;
    next_buffer_ = (next_buffer_ + 1) % kBuffers;
    send(buffer.bytes.data(), end - buffer.bytes.data(), buffer.request);
    turn_ = (turn_ + 1) % spec_.consumers;
    return PushStatus::ok;
  }
  [[nodiscard]] PushStatus flush() noexcept { return PushStatus::ok; }  // MPI has it all

  void close() noexcept {
    for (std::uint32_t i = 0; i < spec_.consumers; ++i, turn_ = (turn_ + 1) % spec_.consumers) {
      MPI_Request request = MPI_REQUEST_NULL;
      send(nullptr, 0, request);
      MPI_Wait(&request, MPI_STATUS_IGNORE);
    }
  }
  void park(std::uint64_t timeout_ns) noexcept { mpi_wire::park(timeout_ns); }

 private:
  static constexpr std::size_t kBuffers = 16;  // sends under way at once
  struct Buffer {
    std::vector<std::byte> bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  void send(const std::byte* bytes, std::ptrdiff_t count, MPI_Request& request) noexcept {
    MPI_Isend(bytes, static_cast<int>(count), MPI_BYTE, mpi_wire::rank_of(spec_.producers + turn_),
              mpi_wire::message_tag(round_.number), round_.communicator, &request);
    ++batches_sent_[turn_];
  }

  void take_credits() noexcept {
    for (;;) {
      int there = 0;
      MPI_Status status;
      MPI_Iprobe(MPI_ANY_SOURCE, mpi_wire::credit_tag(round_.number), round_.communicator, &there, &status);
      if (there == 0) return;
      std::uint32_t credits = 0;
      MPI_Recv(&credits, sizeof credits, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, round_.communicator,
               MPI_STATUS_IGNORE);
      credits_[static_cast<std::uint32_t>(status.MPI_SOURCE - 1) - spec_.producers] += credits;
    }
  }

  /// Behind COUNT messages: when the sampled among them were pushed.
  std::byte* append_times(std::byte* end, std::uint32_t count, std::uint32_t& stamps) noexcept {
    const std::uint64_t every = spec_.sample_every;
    for (std::uint64_t s = (sequence_ + every - 1) / every * every; s < sequence_ + count; s += every) {
      const Stamp& stamp = round_.control->stamp(producer_, s);
      // relaxed: this thread wrote them; a pill has none
      if (stamp.sequence.load(std::memory_order_relaxed) != s + 1) continue;
      mpi_wire::Times times{s, stamp.pushed_ns.load(std::memory_order_relaxed), 0};  // relaxed: likewise
      if (spec_.load.step_count != 0)
        times.intended_ns =
            round_.control->intended(producer_, s).load(std::memory_order_relaxed);  // relaxed: likewise
      std::memcpy(end, &times, sizeof times);
      end += sizeof times;
      ++stamps;
    }
    return end;
  }

  const RoundSpec& spec_;
  const MpiRound& round_;
  std::uint32_t producer_;
  MpiWindow window_;
  std::vector<std::uint32_t> credits_;  // per consumer: so many more may be on their way
  std::vector<std::uint64_t>& batches_sent_;
  std::vector<Buffer> buffers_;
  std::size_t next_buffer_ = 0;
  std::uint32_t turn_ = 0;
  std::uint64_t sequence_ = 0;  // of the next message; pills go on counting
};

/// What one consumer's rank has received, beyond the life of an endpoint: the final drain goes on with it.
struct MpiInbox {
  std::vector<std::uint64_t> batches;   ///< received, by producer
  std::vector<std::uint64_t> expected;  ///< the drain's: so many were sent; it waits for them
  std::vector<std::byte> bytes;         ///< of the newest
  const std::byte* next = nullptr;      ///< the first message that nobody has popped
  std::uint32_t left = 0;
  std::uint32_t source = 0;         ///< its producer
  std::uint32_t closed = 0;         ///< producers that will send nothing more
  std::vector<std::uint32_t> owed;  ///< credits, by producer
};

class MpiConsumer {
 public:
  MpiConsumer(const RoundSpec& spec, const MpiRound& round, MpiInbox& inbox) noexcept
      : spec_(spec), round_(round), inbox_(inbox), quantum_(MpiWindow(spec).quantum()) {}

  [[nodiscard]] ReadRun try_peek(std::uint32_t want) noexcept {
    while (inbox_.left == 0)
      if (!receive())
        return {.status = inbox_.closed == spec_.producers ? PopStatus::closed : PopStatus::empty};
    return {inbox_.next, spec_.message_bytes, std::min(want, inbox_.left), PopStatus::ok};
  }
  void release(std::uint32_t count) noexcept {
    inbox_.left -= count;
    inbox_.next += std::size_t{count} * spec_.message_bytes;
    std::uint32_t& owed = inbox_.owed[inbox_.source];
    owed += count;
    if (owed < quantum_) return;
    MPI_Send(&owed, sizeof owed, MPI_BYTE, mpi_wire::rank_of(inbox_.source),
             mpi_wire::credit_tag(round_.number), round_.communicator);
    owed = 0;
  }
  void park(std::uint64_t timeout_ns) noexcept { mpi_wire::park(timeout_ns); }

 private:
  /// Takes the next message of MPI. False: there is none.
  bool receive() noexcept {
    MPI_Status status;
    const int tag = mpi_wire::message_tag(round_.number);
    int there = 0;
    do {
      MPI_Iprobe(MPI_ANY_SOURCE, tag, round_.communicator, &there, &status);
    } while (there == 0 && inbox_.batches != inbox_.expected && !inbox_.expected.empty());
    if (there == 0) return false;
    int bytes = 0;
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    if (static_cast<std::size_t>(bytes) > inbox_.bytes.size())
      inbox_.bytes.resize(static_cast<std::size_t>(bytes));
    MPI_Recv(inbox_.bytes.data(), bytes, MPI_BYTE, status.MPI_SOURCE, tag, round_.communicator,
             MPI_STATUS_IGNORE);
    inbox_.source = static_cast<std::uint32_t>(status.MPI_SOURCE) - 1;
    ++inbox_.batches[inbox_.source];
    if (bytes == 0) {
      ++inbox_.closed;
      return true;
    }
    mpi_wire::Header header;
    std::memcpy(&header, inbox_.bytes.data(), sizeof header);
    inbox_.next = inbox_.bytes.data() + sizeof header;
    inbox_.left = header.count;
    note_times(inbox_.next + std::size_t{header.count} * spec_.message_bytes, header.stamps);
    return true;
  }

  /// Times of the producer's clock become times of ours; what would lie ahead, for what is not known of the
  /// clocks, is now.
  void note_times(const std::byte* at, std::uint32_t stamps) noexcept {
    const auto shift_ns =
        static_cast<std::uint64_t>(round_.offset_ns[round_.worker_id] - round_.offset_ns[inbox_.source]);
    const auto ours = [shift_ns, now = now_ns()](std::uint64_t time_ns) {
      return std::min(time_ns + shift_ns, now);
    };
    for (; stamps != 0; --stamps, at += sizeof(mpi_wire::Times)) {
      mpi_wire::Times times;
      std::memcpy(&times, at, sizeof times);
      Stamp& stamp = round_.control->stamp(inbox_.source, times.sequence);
      // relaxed: this thread alone writes and reads them here
      stamp.sequence.store(times.sequence + 1, std::memory_order_relaxed);
      stamp.pushed_ns.store(ours(times.pushed_ns), std::memory_order_relaxed);  // relaxed: likewise
      if (spec_.load.step_count != 0)
        round_.control->intended(inbox_.source, times.sequence)
            .store(ours(times.intended_ns), std::memory_order_relaxed);  // relaxed: likewise
    }
  }

  const RoundSpec& spec_;
  const MpiRound& round_;
  MpiInbox& inbox_;
  std::uint32_t quantum_;
};

/// What a rank has sent and received in one round, beyond the life of its endpoint.
struct MpiAccount {
  std::vector<std::uint64_t> batches_sent;  ///< messages of MPI, to each consumer
  MpiInbox inbox;

  explicit MpiAccount(const RoundSpec& spec) : batches_sent(spec.consumers) {
    inbox.batches.resize(spec.producers);
    inbox.owed.resize(spec.producers);
  }
};

/// One rank's side of the transport in one round. Requires: all that it is given outlives it.
class MpiTransport {
 public:
  MpiTransport(const RoundSpec& spec, const MpiRound& round, MpiAccount& account) noexcept
      : spec_(spec), round_(round), account_(account) {}

  [[nodiscard]] MpiProducer producer(std::uint32_t index) {
    return {spec_, round_, index, account_.batches_sent};
  }
  /// This rank's own, or its final drain: the next takes up what the one before left.
  [[nodiscard]] MpiConsumer consumer(std::uint32_t /*index*/) { return {spec_, round_, account_.inbox}; }
  [[nodiscard]] Effective effective() const { return MpiWindow(spec_).effective(spec_); }
  [[nodiscard]] Handles handles() const { return {}; }
  void drop_ends(Keep /*keep*/) noexcept {}

 private:
  const RoundSpec& spec_;
  const MpiRound& round_;
  MpiAccount& account_;
};

}  // namespace pcbench
