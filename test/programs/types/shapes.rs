// Prints as shapes.c where rustc puts fields; it need not keep their order.
use std::mem::{align_of, offset_of, size_of};

#[repr(C)]
pub struct Header {
    pub magic: u32,
    pub length: u64,
    pub flags: [u8; 3],
}

pub struct Mixed {
    pub small: u8,
    pub large: u64,
    pub middle: u16,
    pub header: Header,
    pub next: *mut Mixed,
}

pub enum State {
    Idle,
    Busy(u32),
    Named { id: u64, on: bool },
}

#[repr(u8)]
#[derive(Clone, Copy)]
pub enum Level {
    Low = 1,
    High = 200,
}

pub struct Holder {
    pub state: State,
    pub level: Level,
}

#[no_mangle]
pub static mut BOOK: *mut Mixed = std::ptr::null_mut();

fn main() {
    println!("t shapes::Header {} {}", size_of::<Header>(), align_of::<Header>());
    println!("o shapes::Header length {}", offset_of!(Header, length));
    println!("o shapes::Header flags {}", offset_of!(Header, flags));
    println!("t shapes::Mixed {} {}", size_of::<Mixed>(), align_of::<Mixed>());
    println!("o shapes::Mixed small {}", offset_of!(Mixed, small));
    println!("o shapes::Mixed large {}", offset_of!(Mixed, large));
    println!("o shapes::Mixed middle {}", offset_of!(Mixed, middle));
    println!("o shapes::Mixed header.length {}", offset_of!(Mixed, header.length));
    println!("o shapes::Mixed next {}", offset_of!(Mixed, next));
    println!("t shapes::State {} {}", size_of::<State>(), align_of::<State>());
    println!("t shapes::Holder {} {}", size_of::<Holder>(), align_of::<Holder>());
    println!("o shapes::Holder level {}", offset_of!(Holder, level));
    println!("t shapes::Level {} {}", size_of::<Level>(), align_of::<Level>());
    let states = [State::Idle, State::Busy(1), State::Named { id: 1, on: true }];
    let holder = Holder { state: State::Busy(2), level: Level::High };
    let sum: usize = states.iter().map(|one| match one { State::Idle => 0, State::Busy(n) => *n as usize, State::Named { id, .. } => *id as usize }).sum();
    let header = Header { magic: 1, length: 2, flags: [0; 3] };
    println!("v shapes::BOOK {:p}", unsafe { std::ptr::addr_of!(BOOK) });
    std::process::exit(if sum + holder.level as usize + header.magic as usize == 0 { 1 } else { 0 });
}
