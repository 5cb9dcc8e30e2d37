// Follows bytes through one compiled caller, `dst = f(src_0, src_1, ...)`: which register or stack byte holds which
// byte of which argument at the call, and where the result's bytes come from. Knows x86-64 instructions (AT&T), no
// calling convention.
//
// A byte is { from, at }: byte `at` of variable `from`; { pointer, at, byte }: one of the 8 bytes of an address;
// a number (constant); { result, at } (after the call: byte of a register or of the memory that a register
// pointed to); or undefined.
'use strict';

const GP = {};
[['al', 'ax', 'eax', 'rax'], ['bl', 'bx', 'ebx', 'rbx'], ['cl', 'cx', 'ecx', 'rcx'], ['dl', 'dx', 'edx', 'rdx'],
  ['sil', 'si', 'esi', 'rsi'], ['dil', 'di', 'edi', 'rdi'], ['bpl', 'bp', 'ebp', 'rbp'], ['spl', 'sp', 'esp', 'rsp'],
  ...[8, 9, 10, 11, 12, 13, 14, 15].map((n) => [`r${n}b`, `r${n}w`, `r${n}d`, `r${n}`]),
].forEach((names) => names.forEach((name, i) => { GP[name] = { whole: names[3], bytes: 1 << i }; }));

const WIDTH = { b: 1, w: 2, l: 4, q: 8 };

class Machine {
  constructor() {
    this.registers = {};
    this.memory = new Map();
    this.x87 = [];
    this.called = null; // a copy of the state at the call
    this.setAddress('rsp', 'stack', -8);
  }

  register(name) {
    return (this.registers[name] ??= Array(name.startsWith('xmm') ? 16 : 8).fill(undefined));
  }

  setAddress(name, pointer, at) {
    this.registers[name] = Array.from({ length: 8 }, (_, byte) => ({ pointer, at, byte }));
  }

  // The address in a register, or undefined.
  address(cells) {
    const [first] = cells;
    return first?.pointer !== undefined && first.byte === 0 ? { base: first.pointer, at: first.at } : undefined;
  }

  // "src+8(%rip)", "8(%rsp)", "src" -> { base, at }
  operandAddress(text) {
    const [, head, inner] = /^([^(]*)(?:\((.*)\))?$/.exec(text);
    const symbol = /^([A-Za-z_.][\w.]*)?([+-]?\w*)$/.exec(head);
    if (!symbol) throw new Error(`address ${text}`);
    const displacement = symbol[2] ? Number(symbol[2]) : 0;
    if (symbol[1]) return { base: symbol[1], at: displacement };
    const [base, index] = (inner ?? '').split(',').map((r) => r.trim().slice(1));
    const from = this.address(this.register(base));
    if (!from || index) throw new Error(`address ${text}`);
    return { base: from.base, at: from.at + displacement };
  }

  load({ base, at }, bytes) {
    return Array.from({ length: bytes }, (_, i) => {
      const cell = this.memory.get(`${base}:${at + i}`);
      if (cell !== undefined) return cell;
      if (base !== 'stack') return { from: base, at: at + i };
      return this.called?.sret && { result: `*${this.called.sret.name}`, at: at + i - this.called.sret.at };
    });
  }

  store({ base, at }, cells) {
    cells.forEach((cell, i) => this.memory.set(`${base}:${at + i}`, cell));
  }

  read(operand, bytes) {
    if (operand.startsWith('$')) {
      const text = operand.slice(1);
      if (/^-?\w*$/.test(text) && !Number.isNaN(Number(text))) {
        return Array.from({ length: bytes }, (_, i) => Number((BigInt(text) >> BigInt(8 * i)) & 255n));
      }
      const { base, at } = this.operandAddress(text);
      return Array.from({ length: bytes }, (_, byte) => ({ pointer: base, at, byte }));
    }
    if (operand.startsWith('%')) {
      const name = operand.slice(1);
      return this.register(GP[name]?.whole ?? name).slice(0, bytes);
    }
    return this.load(this.operandAddress(operand), bytes);
  }

  // Writing 4 bytes of a general register clears the rest.
  write(operand, cells) {
    if (!operand.startsWith('%')) return this.store(this.operandAddress(operand), cells);
    const name = operand.slice(1);
    const target = this.register(GP[name]?.whole ?? name);
    cells.forEach((cell, i) => { target[i] = cell; });
    if (cells.length === 4 && GP[name]) {
      // The address of a variable fits 4 bytes here (no PIC).
      const pointer = this.address(cells);
      for (let i = 4; i < 8; i++) target[i] = pointer ? { pointer: pointer.base, at: pointer.at, byte: i } : 0;
    }
    return undefined;
  }

  copy(to, from, bytes) {
    this.store(to, this.load(from, bytes));
  }

  call(target, spec) {
    if (/^memcpy/.test(target)) {
      const [to, from, count] = spec.memcpy.map((name) => this.register(name));
      return this.copy(this.address(to), this.address(from), count[0] + 256 * count[1]);
    }
    const first = this.address(this.register(spec.sret));
    this.called = {
      registers: structuredClone(this.registers),
      memory: new Map(this.memory),
      rsp: this.address(this.register('rsp')).at,
      sret: first && { name: spec.sret, ...first },
    };
    for (const name of spec.clobbered) this.registers[name] = Array(8).fill(undefined);
    for (const name of ['rax', 'rdx', 'xmm0', 'xmm1']) {
      this.registers[name] = Array.from({ length: name[0] === 'x' ? 16 : 8 }, (_, at) => ({ result: name, at }));
    }
    this.x87 = [Array.from({ length: 10 }, (_, at) => ({ result: 'st0', at }))];
    return undefined;
  }

  shift(operand, count, left) {
    const bytes = GP[operand.slice(1)].bytes;
    const n = Number(count.slice(1)) / 8;
    if (!Number.isInteger(n)) throw new Error(`shift by ${count}`);
    const cells = this.read(operand, bytes);
    const zeros = Array(n).fill(0);
    this.write(operand, left ? [...zeros, ...cells].slice(0, bytes) : [...cells.slice(n), ...zeros]);
  }

  arithmetic(op, source, target, bytes) {
    const a = this.read(source, bytes);
    const b = this.read(target, bytes);
    const address = this.address(b);
    if (op === 'xor' && source === target) return this.write(target, Array(bytes).fill(0));
    if (address && source.startsWith('$')) {
      const n = Number(source.slice(1));
      const at = op === 'add' ? address.at + n : op === 'sub' ? address.at - n : address.at & n;
      return this.setAddress(target.slice(1), address.base, at);
    }
    const combine = { or: (x, y) => (x === 0 ? y : y === 0 ? x : fail(op)),
      and: (x, y) => (x === 0 ? 0 : x === 255 || x === 1 ? y : fail(op)) }[op] ?? (() => fail(op));
    return this.write(target, a.map((x, i) => combine(x, b[i])));
  }

  step(line, spec) {
    const [, op, rest] = /^(rep;?\s*\w+|\S+)\s*(.*)$/.exec(line);
    const args = rest ? rest.split(/,\s*(?![^(]*\))/) : [];
    const [source, target] = args;
    const width = WIDTH[op.at(-1)];
    let m;
    if (op.startsWith('rep')) {
      const bytes = this.register('rcx')[0] * WIDTH[op.at(-1)];
      return this.copy(this.address(this.register('rdi')), this.address(this.register('rsi')), bytes);
    }
    if (op === 'retq' || op === 'ret') return 'end';
    if (op.startsWith('call')) return this.call(source, spec);
    if (op === 'movabsq') return this.write(target, this.read(source, 8));
    if ((m = /^mov([zs])([bwl])([wlq])$/.exec(op))) {
      const cells = this.read(source, WIDTH[m[2]]);
      return this.write(target, [...cells, ...Array(WIDTH[m[3]] - cells.length).fill(0)]);
    }
    if (/^mov(aps|ups|apd|upd|dqa|dqu)$/.test(op)) return this.write(target, this.read(source, 16));
    if (op === 'movss' || op === 'movd') return this.move(source, target, 4);
    if (op === 'movsd' || (op === 'movq' && /%xmm/.test(rest))) return this.move(source, target, 8);
    if (/^mov[bwlq]$/.test(op)) return this.write(target, this.read(source, width));
    if (op === 'leaq') {
      const { base, at } = this.operandAddress(source);
      return this.setAddress(target.slice(1), base, at);
    }
    if (op === 'pushq') {
      const cells = this.read(source, 8);
      const { at } = this.address(this.register('rsp'));
      this.setAddress('rsp', 'stack', at - 8);
      return this.store({ base: 'stack', at: at - 8 }, cells);
    }
    if (op === 'popq') {
      const { at } = this.address(this.register('rsp'));
      this.write(source, this.load({ base: 'stack', at }, 8));
      return this.setAddress('rsp', 'stack', at + 8);
    }
    if (op === 'movlps') return this.move(source, target, 8);
    if (op === 'movlhps') {
      const high = this.read(source, 8);
      return this.write(target, [...this.read(target, 8), ...high]);
    }
    if (op === 'fxch') {
      const other = this.x87.length - 1 - Number(/\((\d)\)/.exec(rest)[1]);
      const top = this.x87.pop();
      this.x87.push(this.x87[other]);
      this.x87[other] = top;
      return undefined;
    }
    if (op === 'fldt') return this.x87.push(this.read(source, 10));
    if (op === 'fstpt') return this.write(source, this.x87.pop());
    if ((m = /^sh([lr])[bwlq]$/.exec(op))) return this.shift(target, source, m[1] === 'l');
    if ((m = /^(add|sub|and|or|xor)[bwlq]$/.exec(op))) return this.arithmetic(m[1], source, target, width);
    if (/^xorp[sd]$/.test(op)) return this.write(target, Array(16).fill(0));
    throw new Error(`unknown instruction: ${line}`);
  }

  // To a vector register the rest becomes zero when the source is memory or general.
  move(source, target, bytes) {
    const cells = this.read(source, bytes);
    if (target.startsWith('%xmm') && !source.startsWith('%xmm')) {
      return this.write(target, [...cells, ...Array(16 - bytes).fill(0)]);
    }
    return this.write(target, cells);
  }
}

function fail(op) {
  throw new Error(`${op} on unknown bytes`);
}

// Runs a function's instructions. `spec`: { sret, memcpy: [to, from, count], clobbered } in register names.
function emulate(lines, spec) {
  const machine = new Machine();
  for (const line of lines) if (machine.step(line, spec) === 'end') break;
  return machine;
}

module.exports = { emulate, GP };
