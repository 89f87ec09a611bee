#include "transport/brokers/rows.h"

#include "transport/brokers/broker.h"
#include "transport/brokers/promises.h"
#include "transport/parts/package.h"

#ifdef PCBENCH_HAS_HIREDIS
#include "transport/brokers/redis.h"
#endif
#include "transport/brokers/nats.h"

namespace pcbench {
namespace {

/// How a broker's channel is made; where its library was not found, why it cannot be.
struct BrokerMaker {
  std::string (*refuse)(const Case&);
  std::unique_ptr<Channel> (*create)(const RoundSpec&);
  std::unique_ptr<Channel> (*attach)(const RoundSpec&, const Handles&);
  std::string (*unavailable)();
};

/// Every call is a message to a server, so the loops are shared.
template <class T>
constexpr BrokerMaker kBroker{T::refuse, create<T, Loops::shared>, attach<T, Loops::shared>, nullptr};

[[maybe_unused]] std::string refuse_nothing(const Case& /*config*/) { return {}; }
[[maybe_unused]] std::unique_ptr<Channel> attach_nothing(const RoundSpec& spec, const Handles& /*handles*/) {
  return create_nothing(spec);
}

#ifdef PCBENCH_HAS_HIREDIS
constexpr BrokerMaker kRedis = kBroker<Redis>;
#else
constexpr BrokerMaker kRedis{refuse_nothing, create_nothing, attach_nothing,
                             [] { return install("libhiredis-dev"); }};
#endif

TransportRow broker(std::string_view name, std::string_view help, const Promises& promises,
                    const BrokerMaker& maker) {
  return {name,         help,         promises,     &kServerOption,   false,
          maker.refuse, maker.create, maker.attach, maker.unavailable};
}

}  // namespace

std::vector<TransportRow> broker_transports() {
  return {
      broker("nats", "a work queue of NATS JetStream, kept in memory", kNatsPromises, kBroker<Nats>),
      broker("redis", "a Redis stream with one consumer group", kRedisPromises, kRedis),
  };
}

}  // namespace pcbench
