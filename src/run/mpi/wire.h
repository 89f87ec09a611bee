// Wire: what the leader and the ranks of workers tell each other over MPI beside the messages of a round.
//   leader → rank   order, pings, offsets, go, totals, alive
//   rank → leader   host, pongs, ready, beats, done, evidence
#pragma once

#include <mpi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"
#include "transport/mpi/transport.h"
#include "worker/control.h"

namespace pcbench {

enum class MpiTag : int {
  order,     ///< MpiOrder: a round, or the end
  ping,      ///< nothing: what does your clock say?
  pong,      ///< std::uint64_t: that
  offsets,   ///< std::int64_t of each worker: its clock against the leader's
  ready,     ///< nothing: at the gate
  go,        ///< nothing: the gate is open
  beat,      ///< WorkerSlot, in the leader's time: alive, and so far
  alive,     ///< nothing: the leader is, too
  done,      ///< std::uint64_t of each consumer: batches sent to it; of a consumer all 0
  totals,    ///< std::uint64_t of each producer: batches it sent to this consumer
  evidence,  ///< what exchange_evidence() names
  enough,    ///< nothing: no more pings this round
};

struct MpiOrder {
  std::int32_t number;  ///< of the round, from 1; 0: there will be none
  RoundSpec spec;
};

template <class T>
void mpi_send(MPI_Comm communicator, int rank, MpiTag tag, const T* values, std::size_t count) noexcept {
  MPI_Send(values, static_cast<int>(count * sizeof(T)), MPI_BYTE, rank, static_cast<int>(tag), communicator);
}
inline void mpi_send(MPI_Comm communicator, int rank, MpiTag tag) noexcept {
  mpi_send<std::byte>(communicator, rank, tag, nullptr, 0);
}

/// Whether a message of TAG (MPI_ANY_TAG: any) has come from RANK; takes none.
inline bool mpi_there(MPI_Comm communicator, int rank, int tag, MPI_Status& status) noexcept {
  int there = 0;
  MPI_Iprobe(rank, tag, communicator, &there, &status);
  return there != 0;
}

/// Takes the message that STATUS tells of.
[[nodiscard]] inline std::vector<std::byte> mpi_take(MPI_Comm communicator, MPI_Status status) {
  int bytes = 0;
  MPI_Get_count(&status, MPI_BYTE, &bytes);
  std::vector<std::byte> taken(static_cast<std::size_t>(bytes));
  MPI_Recv(taken.data(), bytes, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, communicator, MPI_STATUS_IGNORE);
  return taken;
}

template <class T>
[[nodiscard]] std::vector<T> values_of(std::span<const std::byte> bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

/// What WORKER_ID alone has written into CONTROL, its drain's part not included.
[[nodiscard]] inline std::vector<std::span<std::byte>> evidence_of(const Control& control,
                                                                   std::uint32_t worker_id) {
  const auto bytes = [](auto values) {
    return std::span(reinterpret_cast<std::byte*>(values.data()), values.size_bytes());
  };
  std::vector<std::span<std::byte>> parts = {bytes(std::span(&control.slot(worker_id), 1))};
  const RoundSpec& spec = control.spec();
  if (worker_id < spec.producers) {
    parts.push_back(bytes(control.lags(worker_id)));
    return parts;
  }
  const std::uint32_t consumer = worker_id - spec.producers;
  for (const auto part :
       {bytes(control.tallies(consumer)), bytes(control.histogram(consumer)),
        bytes(control.responses(consumer)), bytes(std::span(&control.slot(control.drain_id()), 1)),
        bytes(control.tallies(spec.consumers))})
    parts.push_back(part);
  return parts;
}

/// The absolute times in SLOT, moved by SHIFT_NS; 0 means never and stays.
inline void shift_times(WorkerSlot& slot, std::int64_t shift_ns) noexcept {
  const auto shift = [&](std::uint64_t& time_ns) {
    if (time_ns != 0) time_ns += static_cast<std::uint64_t>(shift_ns);
  };
  for (std::uint64_t* const time_ns :
       {&slot.created_at_ns, &slot.ready_at_ns, &slot.begin_at_ns, &slot.last_at_ns, &slot.end_at_ns})
    shift(*time_ns);
  for (FirstFinding& first : slot.first) shift(first.time_ns);
  std::uint64_t progress_ns =
      slot.progress_at_ns.load(std::memory_order_relaxed);  // relaxed: a copy, ours alone
  shift(progress_ns);
  slot.progress_at_ns.store(progress_ns, std::memory_order_relaxed);  // relaxed: likewise
}

}  // namespace pcbench
