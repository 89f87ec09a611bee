/* memory: release and acquire as C++20 defines them, for models where a thread may read an old value (SPIN
 * by itself knows only sequential consistency). Each location keeps the stores made to it, in modification
 * order; each thread knows, per location, the oldest store it may still read (its view). A release store
 * carries its thread's view, an acquire load adds the store's view to its thread's. A read-modify-write
 * reads the last store and hands on the view of the one it replaces (release sequence). Exact where a
 * location has one writer at a time or is only read-modified-written, which all of ours are; loads are not
 * reordered after stores (no relaxed-cycle results are modelled). The user defines THREADS, LOCATIONS,
 * STORES (most per location) before including this. */
typedef Store {
  byte value;
  byte view[LOCATIONS]
};
typedef Location {
  Store made[STORES];
  byte last
};
typedef View { byte at[LOCATIONS] };

Location memory[LOCATIONS];
View seen[THREADS];
byte ra_i; /* scratch of the steps below, 0 between them */
byte ra_pick;

#define RELAXED 0
#define ACQUIRE 1
#define RELEASE 1
#define LAST(place) memory[place].last
#define VALUE(place) memory[place].made[LAST(place)].value /* what the next read-modify-write would read */

inline join_view(thread, place, index) {
  for (ra_i : 0 .. LOCATIONS - 1) {
    if
    :: seen[thread].at[ra_i] < memory[place].made[index].view[ra_i] ->
       seen[thread].at[ra_i] = memory[place].made[index].view[ra_i]
    :: else
    fi
  }
  ra_i = 0
}

inline publish_view(thread, place) {
  for (ra_i : 0 .. LOCATIONS - 1) {
    if
    :: memory[place].made[LAST(place)].view[ra_i] < seen[thread].at[ra_i] ->
       memory[place].made[LAST(place)].view[ra_i] = seen[thread].at[ra_i]
    :: else
    fi
  }
  ra_i = 0
}

/* NEW must not mention PLACE's last store: it is evaluated after the place for it was taken. */
inline append(thread, place, new) {
  assert(LAST(place) + 1 < STORES); /* the model's own limit, not a claim */
  LAST(place) = LAST(place) + 1;
  memory[place].made[LAST(place)].value = new;
  seen[thread].at[place] = LAST(place)
}

/* Reads any store that is not older than the thread's view. */
inline load(thread, place, acquire, out) {
  atomic {
    ra_pick = seen[thread].at[place];
    do
    :: ra_pick < LAST(place) -> ra_pick++
    :: break
    od;
    skip; /* SPIN wants something between the loop's end and a d_step */
    d_step {
      seen[thread].at[place] = ra_pick;
      out = memory[place].made[ra_pick].value;
      if
      :: acquire -> join_view(thread, place, ra_pick)
      :: else
      fi;
      ra_pick = 0
    }
  }
}

inline store(thread, place, release, new) {
  d_step {
    append(thread, place, new);
    if
    :: release -> publish_view(thread, place)
    :: else -> memory[place].made[LAST(place)].view[place] = LAST(place)
    fi
  }
}

/* out = the value that is replaced by out + delta. */
inline fetch_add(thread, place, acquire, release, delta, out) {
  d_step {
    out = VALUE(place);
    if
    :: acquire -> join_view(thread, place, LAST(place))
    :: else
    fi;
    append(thread, place, out + delta);
    for (ra_i : 0 .. LOCATIONS - 1) {
      memory[place].made[LAST(place)].view[ra_i] = memory[place].made[LAST(place) - 1].view[ra_i]
    }
    memory[place].made[LAST(place)].view[place] = LAST(place);
    if
    :: release -> publish_view(thread, place)
    :: else
    fi;
    ra_i = 0
  }
}

/* The same for a location that nobody loads or stores: only its last store matters, so one stands for all. */
inline fetch_add_only(thread, place, acquire, release, delta, out) {
  d_step {
    out = VALUE(place);
    VALUE(place) = out + delta;
    if
    :: acquire -> join_view(thread, place, 0)
    :: else
    fi;
    if
    :: release -> publish_view(thread, place)
    :: else
    fi
  }
}

#ifndef L1
#define L1 RELEASE
#endif
#ifndef L2
#define L2 ACQUIRE
#endif
/* OwnerLock of src/wait/, waiting included: its word is only exchanged by those who see it free, so only the
 * last store to it is ever read, and one that is overwritten stands for them all. */
inline lock(thread, place) {
  atomic {
    memory[place].made[0].value == 0 -> memory[place].made[0].value = 1;
    d_step {
      if
      :: L2 == ACQUIRE -> join_view(thread, place, 0)
      :: else
      fi
    }
  }
}
inline unlock(thread, place) {
  d_step {
    memory[place].made[0].value = 0;
    if
    :: L1 == RELEASE ->
       for (ra_i : 0 .. LOCATIONS - 1) { memory[place].made[0].view[ra_i] = seen[thread].at[ra_i] }
       ra_i = 0
    :: else
    fi
  }
}
