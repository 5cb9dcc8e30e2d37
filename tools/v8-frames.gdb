# Shows gdb the way through V8's code, which has no unwind information and keeps the frame pointer instead:
#   gdb -x tools/v8-frames.gdb --args node script.js
python
import re
import gdb
from gdb.unwinder import Unwinder

# By gdb's name of the CPU: its program counter, stack pointer and frame pointer; the bytes that V8's entry from C has saved
# between its frame and the caller's stack: d8 to d15 and x19 to x28; fs0 to fs11, s1 to s11 and the caller's frame record.
CPUS = {
    'i386:x86-64': ('rip', 'rsp', 'rbp', 0),
    'aarch64': ('pc', 'sp', 'x29', 18 * 8),
    'riscv:rv64': ('pc', 'sp', 'fp', 24 * 8),
}
NO_FRAME = (1 << 64) - 1  # what the entry has instead of a caller's frame pointer where it keeps that elsewhere (RISC-V)
SECTION = re.compile(r'0x([0-9a-f]+) - 0x([0-9a-f]+) is (\S+)(?: in (.+))?')


class Frame:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


def integer(at, size, signed=False):
    return int.from_bytes(gdb.selected_inferior().read_memory(at, size).tobytes(), 'little', signed=signed)


class UnwindTables:
    """Which code has unwind information, by each file's .eh_frame_hdr (Linux Standard Base, Core, 10.6.2)."""

    def __init__(self):
        self.sections = None
        gdb.events.new_objfile.connect(self.forget)

    def forget(self, _event):
        self.sections = None

    def cover(self, pc):
        if self.sections is None:
            found = SECTION.findall(gdb.execute('info files', to_string=True))
            self.sections = [(int(low, 16), int(high, 16), name, file) for low, high, name, file in found]
        for low, high, _name, file in self.sections:
            if low <= pc < high:
                tables = [at for at, _end, name, owner in self.sections if name == '.eh_frame_hdr' and owner == file]
                return any(self.has(table, pc) for table in tables)
        return False

    @staticmethod
    def has(table, pc):
        """The table is sorted; its addresses are relative to it, as all linkers write them."""
        low, high = 0, integer(table + 8, 4)
        while low < high:
            middle = (low + high) // 2
            if table + integer(table + 12 + 8 * middle, 4, True) <= pc:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            return False
        entry = table + 12 + 8 * (low - 1)
        length = integer(table + integer(entry + 4, 4, True) + 12, 4)
        return pc < table + integer(entry, 4, True) + length


TABLES = UnwindTables()


def symbol_of(pc):
    return gdb.execute('info symbol %d' % pc, to_string=True)


def is_v8(pc, symbol):
    """Its builtins, which have names unless the program is stripped, and what it compiled."""
    return symbol.startswith('Builtins_') or (symbol.startswith('No symbol') and not TABLES.cover(pc))


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
        record, above = fp, fp + 16
        if integer(fp, 8) == NO_FRAME:
            record, above = fp + saved, fp + saved + 16
        elif symbol.startswith('Builtins_JSEntry '):
            above += saved
        info = pending.create_unwind_info(Frame(gdb.Value(fp), gdb.Value(pc)))
        info.add_saved_register(pc_name, gdb.Value(integer(record + 8, 8)))
        info.add_saved_register(fp_name, gdb.Value(integer(record, 8)))
        info.add_saved_register(sp_name, gdb.Value(above))
        return info


gdb.unwinder.register_unwinder(None, V8Frames(), True)
end
