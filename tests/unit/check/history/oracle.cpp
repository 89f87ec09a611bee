#include "oracle.h"

#include <algorithm>
#include <array>

namespace pcbench {
namespace {

struct Queue {
  std::array<const Operation*, 16> inside{};
  std::size_t count = 0;
};

class Search {
 public:
  explicit Search(const History& history) : history_(history), n_(history.operations.size()) {
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < n_; ++j) {
        if (op(j).returned_ns < op(i).invoked_ns) before_[i] |= 1U << j;
        if (!pushed_before(op(j), op(i))) continue;
        if (op(j).status == OperationStatus::ok) before_[i] |= 1U << j;
        never_after_[j] |= 1U << i;
      }
  }
  bool found() { return place(0, Queue{}); }

 private:
  const Operation& op(std::size_t i) const { return history_.operations[i]; }

  /// Where any order is promised, a producer's messages go in one after the other, those of a batch, too; one
  /// that is pending may never do so.
  bool pushed_before(const Operation& x, const Operation& y) const {
    const auto goes_in = [](const Operation& o) {
      return o.status == OperationStatus::ok || o.status == OperationStatus::pending;
    };
    return history_.promises.order != Order::none && x.kind == OperationKind::push && y.kind == x.kind &&
           goes_in(x) && goes_in(y) && x.producer == y.producer && x.sequence < y.sequence;
  }

  /// Whether the rest can be placed after DONE, which left QUEUE.
  bool place(std::uint32_t done, const Queue& queue) {
    bool over = true;
    for (std::size_t i = 0; i < n_; ++i) {
      if ((done >> i & 1U) != 0) continue;
      over = over && op(i).status == OperationStatus::pending;
      if ((before_[i] & ~done) == 0 && (never_after_[i] & done) == 0 && try_one(i, done | 1U << i, queue))
        return true;
    }
    return over &&
           std::all_of(queue.inside.begin(), queue.inside.begin() + static_cast<std::ptrdiff_t>(queue.count),
                       [](const Operation* push) { return push->status == OperationStatus::pending; });
  }

  bool try_one(std::size_t i, std::uint32_t done, const Queue& queue) {
    const Operation& o = op(i);
    const bool full = history_.promises.capacity_slots && queue.count >= *history_.promises.capacity_slots;
    switch (o.status) {
      case OperationStatus::full:
        return full && place(done, queue);
      case OperationStatus::closed:
        if (o.kind == OperationKind::push) return place(done, queue);
        [[fallthrough]];
      case OperationStatus::empty:
        return queue.count == 0 && place(done, queue);
      case OperationStatus::ok:
      case OperationStatus::pending:
        break;
    }
    if (o.kind == OperationKind::push) {
      if (full) return false;
      Queue next = queue;
      next.inside[next.count++] = &o;
      return place(done, next);
    }
    for (std::size_t k = 0; k < queue.count; ++k)
      if (may_take(o, queue, k) && place(done, without(queue, k))) return true;
    return false;
  }

  bool may_take(const Operation& pop, const Queue& queue, std::size_t k) const {
    const Operation& push = *queue.inside[k];
    if (pop.status == OperationStatus::ok && (push.producer != pop.producer || push.sequence != pop.sequence))
      return false;
    for (std::size_t earlier = 0; earlier < k; ++earlier) {
      const bool same = queue.inside[earlier]->producer == push.producer;
      if (history_.promises.order == Order::fifo || (history_.promises.order == Order::per_producer && same))
        return false;
    }
    return true;
  }

  static Queue without(Queue queue, std::size_t k) {
    std::copy(queue.inside.begin() + static_cast<std::ptrdiff_t>(k) + 1,
              queue.inside.begin() + static_cast<std::ptrdiff_t>(queue.count),
              queue.inside.begin() + static_cast<std::ptrdiff_t>(k));
    --queue.count;
    return queue;
  }

  const History& history_;
  std::size_t n_;
  std::array<std::uint32_t, 16> before_{};       // what has to come before each
  std::array<std::uint32_t, 16> never_after_{};  // what each cannot come after
};

}  // namespace

bool is_linearizable(const History& history) { return Search(history).found(); }

}  // namespace pcbench
