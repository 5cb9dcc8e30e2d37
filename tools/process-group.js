'use strict';
// A program and those that it starts, as one group: what they are doing when they come to no end, and their end.

const { execFileSync, spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');

/** Windows has no groups of processes, but trees. */
const GROUPS = process.platform !== 'win32';
const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const running = new Set();

/** Ends a group at once; one that is gone is no error. */
function endGroup(group) {
  if (!GROUPS) return void spawnSync('taskkill', ['/pid', String(group), '/t', '/f'], { stdio: 'ignore' });
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** A terminal interrupts only its own group of processes. */
function endAll(signal) {
  for (const group of running) endGroup(group);
  for (const name of INTERRUPTIONS) process.off(name, endAll);
  process.kill(process.pid, signal);
}

/** Starts a program as the first of a group, by whose number `pid` it goes; the group ends when this program is
 * interrupted. The options are those of spawn(). */
function startGroup(command, args, options) {
  const child = spawn(command, args, { ...options, detached: GROUPS });
  if (child.pid === undefined) return child; // it reports an error
  if (!running.size) for (const name of INTERRUPTIONS) process.on(name, endAll);
  running.add(child.pid);
  child.on('close', () => {
    running.delete(child.pid);
    if (!running.size) for (const name of INTERRUPTIONS) process.off(name, endAll);
  });
  return child;
}

/** The processes of a group: { id, command }. */
function membersOf(group) {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=', '-o', 'pgid=', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  const rows = lines.map((line) => /^ *(\d+) +(\d+) +(.*)$/.exec(line)).filter(Boolean);
  return rows.filter((row) => Number(row[2]) === group).map((row) => ({ id: Number(row[1]), command: row[3] }));
}

/** Every thread's stack by gdb; where there is none, what each waits for in the kernel (Linux), or nothing. */
function stacksOf(id) {
  const gdb = spawnSync('gdb', ['-p', String(id), '-batch', '-nx', '-ex', 'thread apply all backtrace 24'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LD_PRELOAD: '' },
    timeout: 60_000,
  });
  if (gdb.status === 0) return gdb.stdout.split('\n').filter((line) => /^(#|Thread )/.test(line)).join('\n');
  try {
    const read = (task, name) => fs.readFileSync(`/proc/${id}/task/${task}/${name}`, 'utf8').trim();
    const tasks = fs.readdirSync(`/proc/${id}/task`);
    return tasks.map((task) => `${task} ${read(task, 'comm')}: ${read(task, 'wchan')}`).join('\n');
  } catch {
    return '';
  }
}

/** What the processes of a group are doing, for whoever reads why it was ended. */
function describeGroup(group) {
  if (!GROUPS) return '';
  try {
    return membersOf(group).map(({ id, command }) => `${id} ${command}\n${stacksOf(id)}`).join('\n');
  } catch (error) {
    return `its processes are not known: ${error.message}`;
  }
}

module.exports = { describeGroup, endGroup, startGroup };
