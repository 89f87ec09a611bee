#include "plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <map>

#include "plan/expand.h"
#include "plan/filter.h"
#include "plan/json_text.h"
#include "plan/keys.h"
#include "plan/overrides.h"
#include "plan/problems.h"
#include "plan/resolve.h"
#include "plan/rules.h"
#include "plan/values.h"

namespace pcbench {
namespace {

constexpr std::size_t kIdsShownMax = 20;

/// FILE's name without folder and extension, in the letters that a name may have.
std::string name_of_file(const std::string& file) {
  std::string name = std::filesystem::path(file).stem().string().substr(0, 64);
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-' && c != '.') c = '_';
  return name.empty() || std::isalnum(static_cast<unsigned char>(name[0])) == 0 ? "config" : name;
}

/// FNV-1a, 64 bits, of DOCUMENT with its keys sorted and without what changes nothing that is run.
std::string hash_of(Json document) {
  for (const char* key : {"$schema", "name", "comment"}) document.erase(key);
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : document.dump()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return fmt::format("{:016x}", hash);
}

/// Everything of the top level but defaults, cases and exclude.
Plan read_top(const Json& document, const std::string& file, Problems& problems) {
  check_known(document, "", top_keys(), problems);
  Json values;
  for (const KeyRow& row : top_keys()) {
    const std::string key(row.key);
    if (!row.fallback.empty()) values[key] = Json::parse(row.fallback);
    if (key == "defaults" || key == "cases" || key == "exclude" || !document.contains(key)) continue;
    const std::vector<Json> good = check_value(row, document[key], pointer_token(key), problems);
    if (!good.empty()) values[key] = good.front();
  }
  Plan plan;
  plan.name = values.value("name", name_of_file(file));
  plan.comment = values.value("comment", "");
  if (values.contains("rounds")) plan.rounds = values["rounds"].get<std::uint32_t>();
  plan.warmup_rounds = values["warmup_rounds"];
  plan.seed = values["seed"];
  plan.timeout_s = values["timeout_s"];
  plan.max_time_s = values["max_time_s"];
  plan.precision = values["precision"];
  if (plan.rounds && (document.contains("max_time_s") || document.contains("precision")))
    plan.warnings.push_back({"adaptive_ignored", "with rounds given, max_time_s and precision have no effect",
                             "leave rounds out for adaptive rounds", ""});
  plan.config_json = document.dump();
  plan.config_hash = hash_of(document);
  return plan;
}

/// KEY and what else says the same thing.
std::vector<std::string_view> with_rivals(std::string_view key) {
  std::vector<std::string_view> keys = {key};
  for (const auto& [one, other] : kRivals)
    if (one == key || other == key) keys.push_back(one == key ? other : one);
  return keys;
}

/// How to leave the combination out, where it is one of several.
std::string exclusion_for(const Draft& draft, const Refusal& refusal) {
  Json partial = Json::object();
  for (const std::string_view key : refusal.keys)
    for (const std::string_view same : with_rivals(key))
      if (draft.source->swept.contains(same)) partial[std::string(same)] = draft.resolved[std::string(same)];
  if (partial.empty()) return {};
  partial["transport"] = draft.resolved["transport"];
  return fmt::format("; or leave it out: \"exclude\": [{}]", partial.dump());
}

void report(const Draft& draft, const Refusal& refusal, Problems& problems) {
  for (const std::string_view key : refusal.keys)
    for (const std::string_view same : with_rivals(key))
      if (draft.source->bad.contains(same))
        return;  // what it says is wrong already; the rest follows from that
  const std::string remedy = refusal.remedy + exclusion_for(draft, refusal);
  for (const std::string_view same : with_rivals(refusal.keys.front()))
    if (const auto pointer = draft.pointers.find(same); pointer != draft.pointers.end())
      return problems.add(pointer->second, draft.resolved[std::string(same)], refusal.rule, remedy);
  problems.add_missing(draft.source->pointer, refusal.rule, remedy);
}

/// A draft that passed, as a case.
struct Built {
  Case config;
  const Draft* draft;
  std::vector<Warning> warnings;
};

std::vector<Built> build(const Expansion& expansion, double timeout_s, Problems& problems) {
  std::vector<Built> built;
  std::map<std::string, const Draft*> ids;
  for (const Draft& draft : expansion.drafts) {
    Case config = case_of(draft.resolved);
    config.id = case_id(draft.resolved, draft.base, draft.source->swept);
    const auto [same, is_new] = ids.emplace(config.id, &draft);
    if (!is_new && draft.source->bad.empty() && same->second->source->bad.empty())
      problems.add(draft.source->pointer, config.id,
                   fmt::format("the same case is in {} already", same->second->source->pointer),
                   "keep one of them, or let them differ in more than `expect`");
    Ruling ruling = judge_combination(
        {config, draft.resolved, *find_transport(config.transport), *find_stop(config.stop), timeout_s});
    for (const Refusal& refusal : ruling.refusals) report(draft, refusal, problems);
    for (Warning& warning : ruling.warnings) warning.case_id = config.id;
    built.push_back({std::move(config), &draft, std::move(ruling.warnings)});
  }
  return built;
}

void keep_wanted(std::vector<Built>& built, const std::string& expression) {
  const Filter filter(expression);
  const auto unwanted = [&filter](const Built& one) {
    return !filter.matches(one.config.id, one.draft->resolved);
  };
  if (std::all_of(built.begin(), built.end(), unwanted)) {
    std::string ids;
    for (std::size_t i = 0; i < std::min(built.size(), kIdsShownMax); ++i) ids += "\n  " + built[i].config.id;
    if (built.size() > kIdsShownMax) ids += fmt::format("\n  … and {} more", built.size() - kIdsShownMax);
    throw Error(fmt::format("{} matches no case", in_quotes(expression)), "--filter", "the cases are" + ids);
  }
  std::erase_if(built, unwanted);
}

}  // namespace

Plan parse_plan(const std::string& text, const std::string& name, const PlanOptions& options) {
  Json document = parse_json(text, name);
  apply_overrides(document, options);
  Problems problems;
  if (!document.is_object()) {
    problems.add("", document, "a config is a JSON object", "see configs/ for examples");
    throw ConfigErrors(name, problems.take());
  }
  Plan plan = read_top(document, name, problems);
  const Expansion expansion = expand(document, problems);
  std::vector<Built> built = build(expansion, plan.timeout_s, problems);
  if (!problems.empty()) throw ConfigErrors(name, problems.take());
  keep_wanted(built, options.filter);
  plan.warnings.insert(plan.warnings.end(), expansion.warnings.begin(), expansion.warnings.end());
  for (Built& one : built) {
    plan.cases.push_back(std::move(one.config));
    plan.warnings.insert(plan.warnings.end(), one.warnings.begin(), one.warnings.end());
  }
  return plan;
}

Plan load_plan(const std::string& file, const PlanOptions& options) {
  return parse_plan(read_text(file), file, options);
}

}  // namespace pcbench
