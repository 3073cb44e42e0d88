// Ways in which a disk fails, made with the system's own means. Owns making a place, breaking it and healing it; must not know servers.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerProcess } from './serverProcess.ts';

export interface DiskFault {
  readonly name: string;
  /** Where data folders go. */
  readonly place: string;
  /** Whether the server must be faultyServer.ts. */
  readonly injected: boolean;
  /** The code with which the server ends by itself; absent where it goes on when the disk does. */
  readonly ends?: number;
  break(server: ServerProcess): void;
  heal(server: ServerProcess | null): void;
  remove(): void;
}

/** Mounts to undo should the run be stopped in the middle. */
const mounted = new Set<string>();
process.once('exit', () => {
  for (const place of [...mounted].reverse()) unmount(place);
});

const MEGABYTE = 1024 * 1024;
const run = (command: string, ...args: string[]): void =>
  void execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });

function mount(place: string, ...args: string[]): void {
  run('mount', ...args, place);
  mounted.add(place);
}

function unmount(place: string): void {
  run('umount', '-l', place);
  mounted.delete(place);
}

/** Fills a file system to its last byte. */
function fill(folder: string): void {
  const file = openSync(join(folder, 'ballast'), 'w');
  try {
    for (let size = MEGABYTE; size >= 512; ) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
        size /= 2;
      }
    }
  } finally {
    closeSync(file);
  }
}

const unfill = (folder: string): void => rmSync(join(folder, 'ballast'), { force: true });

/** No space left: a memory file system of 24 MB with ballast in it. */
function fullDisk(root: string): DiskFault {
  const place = join(root, 'full');
  mkdirSync(place);
  mount(place, '-t', 'tmpfs', '-o', 'size=24m', 'countersign-torture');
  return {
    name: 'disk full',
    place,
    injected: false,
    break: () => fill(place),
    heal: () => unfill(place),
    remove: () => unmount(place),
  };
}

/**
 * Writes are taken and fsync fails: ext4 on a loop device whose backing file cannot grow. The kernel drops the pages it could not write,
 * as it does after a real I/O error.
 */
function failingFsync(root: string): DiskFault {
  const below = join(root, 'below');
  const place = join(root, 'fsync');
  const image = join(below, 'image');
  mkdirSync(below);
  mkdirSync(place);
  mount(below, '-t', 'tmpfs', '-o', 'size=32m', 'countersign-torture');
  try {
    writeFileSync(image, '');
    truncateSync(image, 96 * MEGABYTE);
    run('mkfs.ext4', '-q', '-O', '^has_journal', '-E', 'lazy_itable_init=0,nodiscard', image);
    mount(place, '-o', 'loop,errors=continue', image);
  } catch (error) {
    unmount(below);
    throw error;
  }
  return {
    name: 'fsync fails',
    place,
    injected: false,
    ends: 74,
    break: () => fill(below),
    heal: () => unfill(below),
    remove: () => {
      unmount(place);
      unmount(below);
    },
  };
}

/** Every write beyond the first page fails (EFBIG): the limit of file sizes of the running server is lowered. */
function writesFail(root: string): DiskFault {
  const place = join(root, 'limit');
  mkdirSync(place);
  const limit = (server: ServerProcess, size: string): void =>
    run('prlimit', '--pid', String(server.pid), `--fsize=${size}:`);
  return {
    name: 'writes fail',
    place,
    injected: false,
    break: (server) => limit(server, '4096'),
    heal: (server) => {
      if (server !== null) limit(server, 'unlimited');
    },
    remove: () => undefined,
  };
}

/** EIO from the storage port, at the first statement or at the commit. */
export function injectedFault(root: string, at: 'write' | 'fsync'): DiskFault {
  const place = join(root, `injected-${at}`);
  mkdirSync(place);
  return {
    name: `EIO injected at ${at}`,
    place,
    injected: true,
    break: (server) => server.tell(at),
    heal: (server) => server?.tell('heal'),
    remove: () => undefined,
  };
}

/** Every way that this machine allows, and why the others are left out. */
export function diskFaults(root: string): { readonly faults: DiskFault[]; readonly leftOut: string[] } {
  const faults: DiskFault[] = [];
  const leftOut: string[] = [];
  for (const make of [fullDisk, failingFsync, writesFail]) {
    try {
      faults.push(make(root));
    } catch (error) {
      // Mounting needs root, a loop device and Linux; the injected faults need nothing.
      leftOut.push(`${make.name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
    }
  }
  faults.push(injectedFault(root, 'write'), injectedFault(root, 'fsync'));
  return { faults, leftOut };
}
