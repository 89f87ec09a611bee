// RedisLink: one connection to a Redis server. One thread uses it.
// Owner       whoever makes it; the connection ends with it
#pragma once

#include <hiredis/hiredis.h>

#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "transport/brokers/local_server.h"

namespace pcbench {

class RedisLink {
  struct Free {
    void operator()(redisReply* reply) const noexcept { ::freeReplyObject(reply); }
    void operator()(redisContext* context) const noexcept { ::redisFree(context); }
  };

 public:
  using Reply = std::unique_ptr<redisReply, Free>;
  using Words = std::vector<std::string_view>;

  /// Errors: Error where no Redis server answers at SERVER.
  explicit RedisLink(const ServerName& server)
      : context_(::redisConnectWithTimeout(server.host.c_str(), server.port, timeval{2, 0})) {
    // The time limit above is the connection's only.
    if (context_ == nullptr || context_->err != 0 ||
        ::redisSetTimeout(context_.get(), timeval{2, 0}) != REDIS_OK || !call({"PING"}))
      throw Error("no Redis server answers at " + server.text() + ": " + why(), "transport_options/server",
                  "see `redis-cli -h " + server.host + " -p " + std::to_string(server.port) + " ping`");
    // What blocks for longer is broken: nothing that is asked for here takes more than kBlockMsMax.
    ::redisSetTimeout(context_.get(), timeval{20, 0});
  }

  /// Adds a command to those that are sent with the next send() or reply().
  void append(const Words& words) noexcept {
    starts_.clear();
    lengths_.clear();
    for (const std::string_view word : words) {
      starts_.push_back(word.data());
      lengths_.push_back(word.size());
    }
    ::redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), starts_.data(), lengths_.data());
  }

  /// Sends what was appended, and waits for no reply. False: the server is gone.
  bool send() noexcept {
    for (int all = 0; all == 0;)
      if (::redisBufferWrite(context_.get(), &all) != REDIS_OK) return false;
    return true;
  }

  /// The reply to the oldest command that has had none; nullptr: it was an error, or the server is gone.
  [[nodiscard]] Reply reply() noexcept {
    void* got = nullptr;
    if (::redisGetReply(context_.get(), &got) != REDIS_OK) return nullptr;
    Reply reply(static_cast<redisReply*>(got));
    if (reply->type != REDIS_REPLY_ERROR) return reply;
    refusal_ = reply->str;
    return nullptr;
  }

  Reply call(const Words& words) noexcept {
    append(words);
    return reply();
  }

  /// What went wrong last, in the server's words or the library's.
  [[nodiscard]] std::string why() const {
    if (context_ == nullptr) return "out of memory";
    return context_->err != 0 ? std::string(context_->errstr) : refusal_;
  }

 private:
  std::unique_ptr<redisContext, Free> context_;
  std::string refusal_;
  std::vector<const char*> starts_;
  std::vector<std::size_t> lengths_;
};

}  // namespace pcbench
