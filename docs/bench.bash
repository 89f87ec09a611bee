# Written by scripts/manual from what bench says of itself.
declare -gA _bench_words=(
  ['bench']='run list validate recheck report schema compare ab history doctor --help --version --config --resume --out --history-out --trace --format --filter --set --rounds --max-time --seed --launcher --list --dry-run --quiet --no-color --plugin'
  ['bench run']='--help --config --resume --out --history-out --trace --format --filter --set --rounds --max-time --seed --launcher --list --dry-run --quiet --no-color --plugin'
  ['bench list']='--help --json --plugin transports stops waits codecs checks formats'
  ['bench validate']='@files --help --plugin'
  ['bench recheck']='@files --help --json --to-json'
  ['bench report']='@files --help --html'
  ['bench schema']='--help config report external-case external-record'
  ['bench compare']='@files --help --history --informational --alpha --min-effect --margin --metric --strict --out --format --no-color'
  ['bench ab']='--help --base --new --config --max-time --pairs --seed --alpha --min-effect --margin --metric --strict --out --format --no-color'
  ['bench history']='add list trend --help'
  ['bench history add']='@files --help --db'
  ['bench history list']='--help --db --json --no-color'
  ['bench history trend']='--help --db --name --case --metric --last --min-effect --json --no-color'
  ['bench doctor']='--help --config --require-quiet --json --no-color'
)
declare -gA _bench_values=(
  ['bench run --config']='@files'
  ['bench run --resume']='@files'
  ['bench run --out']='@files'
  ['bench run --history-out']='@files'
  ['bench run --trace']='@files'
  ['bench run --format']='console json record matrix csv markdown github junit gbench gha bmf hgrm'
  ['bench run --filter']='transport: transport_options: workload: topology: producers: consumers: workers: start: messages: duration_s: payload_bytes: capacity_slots: batch_messages: stop: wait: load: search: work: codec: pin: verify: history_operations: history_burst_every_ms: integrity: latency: series_every_ms: faults: expect: transport:null transport:pipe transport:pipe_locked transport:shm_spsc_ring transport:shm_value_ring transport:shm_mpmc_ring transport:shm_robust_queue transport:locked_queue transport:shm_locked_queue transport:textbook_queue transport:boost_spsc_queue transport:boost_queue transport:boost_message_queue transport:manager transport:shm_numbers transport:manager_numbers transport:fifo transport:pipe_packet transport:pipe_vmsplice transport:socketpair_stream transport:unix_stream transport:tcp transport:socketpair_seqpacket transport:unix_dgram transport:posix_mq transport:sysv_mq transport:eventfd_ring transport:atomic_queue transport:atomic_queue_mpmc transport:ck_ring transport:readerwriterqueue transport:concurrentqueue transport:libcds_queue transport:tbb_queue transport:boost_sync_queue transport:iceoryx transport:io_uring transport:zmq_inproc transport:zmq_ipc transport:zmq_tcp transport:nng_inproc transport:nng_ipc transport:nats transport:redis transport:external transport:py_queue transport:py_joinable_queue transport:py_simple_queue transport:py_pipe transport:py_manager_queue transport:py_shared_ring transport:py_pool transport:mpi'
  ['bench run --set']='/rounds= /timeout_s= /defaults/transport= /defaults/transport_options= /defaults/workload= /defaults/topology= /defaults/producers= /defaults/consumers= /defaults/workers= /defaults/start= /defaults/messages= /defaults/duration_s= /defaults/payload_bytes= /defaults/capacity_slots= /defaults/batch_messages= /defaults/stop= /defaults/wait= /defaults/load= /defaults/search= /defaults/work= /defaults/codec= /defaults/pin= /defaults/verify= /defaults/history_operations= /defaults/history_burst_every_ms= /defaults/integrity= /defaults/latency= /defaults/series_every_ms= /defaults/faults= /defaults/expect='
  ['bench run --rounds']='@free'
  ['bench run --max-time']='@free'
  ['bench run --seed']='@free'
  ['bench run --launcher']='mpi'
  ['bench run --list']='@free'
  ['bench run --dry-run']='@free'
  ['bench run --plugin']='@files'
  ['bench list --plugin']='@files'
  ['bench validate --plugin']='@files'
  ['bench recheck --to-json']='@files'
  ['bench report --html']='@files'
  ['bench compare --history']='@files'
  ['bench compare --alpha']='@free'
  ['bench compare --min-effect']='@free'
  ['bench compare --margin']='@free'
  ['bench compare --metric']='@free'
  ['bench compare --out']='@files'
  ['bench compare --format']='@free'
  ['bench ab --base']='@files'
  ['bench ab --new']='@files'
  ['bench ab --config']='@files'
  ['bench ab --max-time']='@free'
  ['bench ab --pairs']='@free'
  ['bench ab --seed']='@free'
  ['bench ab --alpha']='@free'
  ['bench ab --min-effect']='@free'
  ['bench ab --margin']='@free'
  ['bench ab --metric']='@free'
  ['bench ab --out']='@files'
  ['bench ab --format']='@free'
  ['bench history add --db']='@files'
  ['bench history list --db']='@files'
  ['bench history trend --db']='@files'
  ['bench history trend --name']='@free'
  ['bench history trend --case']='@free'
  ['bench history trend --metric']='@free'
  ['bench history trend --last']='@free'
  ['bench history trend --min-effect']='@free'
  ['bench doctor --config']='@files'
)

# Completes COMMAND, its options, and what may follow one. A command line without a command is that of `run`.
_bench() {
  local cur prev words cword command word values
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n := cur prev words cword
  else
    cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
  fi
  command=bench
  [[ $cword = 1 || ${words[1]} != -* ]] || command='bench run'
  for word in "${words[@]:1:cword-1}"; do
    [[ -z ${_bench_words["$command $word"]-} ]] || command="$command $word"
  done
  values=${_bench_values["$command $prev"]-${_bench_words[$command]}}
  case $values in
    @free) COMPREPLY=() ;;
    @files*) mapfile -t COMPREPLY < <(compgen -f -W "${values#@files}" -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur") ;;
  esac
  [[ ${COMPREPLY[0]-} != *[:=] ]] || compopt -o nospace 2>/dev/null
  ! declare -F __ltrim_colon_completions >/dev/null || __ltrim_colon_completions "$cur"
}
complete -o filenames -F _bench bench
