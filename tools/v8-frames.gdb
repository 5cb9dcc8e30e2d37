# Shows gdb the way through V8's code, which has no unwind information and keeps the frame pointer instead:
#   gdb -x tools/v8-frames.gdb --args node script.js
python
import gdb
from gdb.unwinder import Unwinder

# By gdb's name of the CPU: its program counter, stack pointer and frame pointer; the bytes that V8's entry from C has saved
# between the frame record (the caller's frame pointer, the return address) and the caller's stack: d8 to d15, x19 to x28.
CPUS = {
    'i386:x86-64': ('rip', 'rsp', 'rbp', 0),
    'aarch64': ('pc', 'sp', 'x29', 18 * 8),
}


class Frame:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


def symbol_of(pc):
    return gdb.execute('info symbol %d' % pc, to_string=True)


def is_v8(pc, symbol):
    """Its builtins, and code that is in no file."""
    return symbol.startswith('Builtins_') or (symbol.startswith('No symbol') and not gdb.current_progspace().solib_name(pc))


def word(at):
    return gdb.Value(int.from_bytes(gdb.selected_inferior().read_memory(at, 8).tobytes(), 'little'))


class V8Frames(Unwinder):
    def __init__(self):
        super().__init__('V8')

    def __call__(self, pending):
        cpu = CPUS.get(pending.architecture().name())
        if not cpu:
            return None
        pc_name, sp_name, fp_name, saved = cpu
        pc = int(pending.read_register(pc_name))
        symbol = symbol_of(pc)
        if not is_v8(pc, symbol):
            return None
        fp = int(pending.read_register(fp_name))
        above = 16 + (saved if symbol.startswith('Builtins_JSEntry ') else 0)
        info = pending.create_unwind_info(Frame(gdb.Value(fp), gdb.Value(pc)))
        info.add_saved_register(pc_name, word(fp + 8))
        info.add_saved_register(fp_name, word(fp))
        info.add_saved_register(sp_name, gdb.Value(fp + above))
        return info


gdb.unwinder.register_unwinder(None, V8Frames(), True)
end
