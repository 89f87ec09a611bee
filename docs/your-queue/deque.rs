// deque: a VecDeque under a Mutex, in Rust, through its foreign function interface; between threads only.
// rustc -O --crate-type cdylib docs/your-queue/deque.rs -o deque_rs.so
use std::collections::VecDeque;
use std::ffi::{c_char, c_int, c_void};
use std::sync::Mutex;

#[repr(C)]
pub struct Spec {
    capacity_slots: u64,
    message_bytes: u32,
    producers: u32,
    consumers: u32,
    batch_messages: u32,
}

#[repr(C)]
pub struct Queue {
    abi: u32,
    flags: u32,
    order: u32,
    producers_max: u32,
    consumers_max: u32,
    reserved: u32,
    payload_bytes_max: u64,
    capacity_slots_max: u64,
    name: *const c_char,
    help: *const c_char,
    memory_bytes: extern "C" fn(*const Spec) -> u64,
    init: extern "C" fn(*mut c_void, *const Spec) -> c_int,
    destroy: extern "C" fn(*mut c_void),
    push: extern "C" fn(*mut c_void, u32, *const u8, u32) -> u32,
    pop: extern "C" fn(*mut c_void, u32, *mut u8, u32) -> u32,
    close: Option<extern "C" fn(*mut c_void)>,
}
unsafe impl Sync for Queue {}

struct Deque {
    capacity: usize,
    message_bytes: usize,
    items: Mutex<VecDeque<Box<[u8]>>>,
}

fn deque(memory: *mut c_void) -> &'static Deque {
    unsafe { &**(memory as *const *const Deque) }
}

extern "C" fn memory_bytes(_spec: *const Spec) -> u64 {
    std::mem::size_of::<*const Deque>() as u64
}

extern "C" fn init(memory: *mut c_void, spec: *const Spec) -> c_int {
    let spec = unsafe { &*spec };
    let made = Deque {
        capacity: spec.capacity_slots as usize,
        message_bytes: spec.message_bytes as usize,
        items: Mutex::new(VecDeque::new()),
    };
    unsafe { *(memory as *mut *mut Deque) = Box::into_raw(Box::new(made)) };
    0
}

extern "C" fn destroy(memory: *mut c_void) {
    drop(unsafe { Box::from_raw(*(memory as *mut *mut Deque)) });
}

extern "C" fn push(memory: *mut c_void, _producer: u32, messages: *const u8, count: u32) -> u32 {
    let deque = deque(memory);
    let mut items = deque.items.lock().unwrap();
    let n = std::cmp::min(count as usize, deque.capacity - items.len());
    for i in 0..n {
        let message = unsafe { std::slice::from_raw_parts(messages.add(i * deque.message_bytes), deque.message_bytes) };
        items.push_back(message.into());
    }
    n as u32
}

extern "C" fn pop(memory: *mut c_void, _consumer: u32, room: *mut u8, count: u32) -> u32 {
    let deque = deque(memory);
    let mut items = deque.items.lock().unwrap();
    let n = std::cmp::min(count as usize, items.len());
    for i in 0..n {
        let message = items.pop_front().unwrap();
        unsafe { room.add(i * deque.message_bytes).copy_from(message.as_ptr(), message.len()) };
    }
    n as u32
}

const THREADS: u32 = 1;
const EMPTY_EXACT: u32 = 8;
const FULL_EXACT: u32 = 16;

static QUEUE: Queue = Queue {
    abi: 1,
    flags: THREADS | EMPTY_EXACT | FULL_EXACT,
    order: 0,
    producers_max: 0,
    consumers_max: 0,
    reserved: 0,
    payload_bytes_max: 0,
    capacity_slots_max: 0,
    name: b"my_rust_deque\0".as_ptr() as *const c_char,
    help: b"VecDeque under a Mutex, in Rust\0".as_ptr() as *const c_char,
    memory_bytes,
    init,
    destroy,
    push,
    pop,
    close: None,
};

#[no_mangle]
pub extern "C" fn pcbench_queue_describe() -> *const Queue {
    &QUEUE
}
