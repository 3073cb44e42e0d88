import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const container = read('ops/container/Containerfile');
const unit = read('ops/systemd/countersign.service');
const RUN_AS = 10001;
const work = mkdtempSync('/var/tmp/countersign-ops-');
let child: ChildProcess | null = null;

afterEach(() => child?.kill('SIGKILL'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const listIn = (text: string, instruction: string): string[] =>
  JSON.parse(new RegExp(`^${instruction} (\\[.*\\])$`, 'm').exec(text)?.[1] ?? '[]') as string[];
const mayIsolate =
  process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

/** The container's command on a free port, isolated like the container as far as this machine lets us. */
function start(dataDir: string): Promise<{ url: string; exit: Promise<number | null> }> {
  const { last } = stages();
  const command = [...listIn(last, 'ENTRYPOINT'), ...listIn(last, 'CMD')].map((part) => {
    if (part === '/data') return dataDir;
    if (part === '8750') return '0';
    if (part === 'node') return process.execPath;
    return part === '0.0.0.0' ? '127.0.0.1' : part.replace('/app/', `${root}/`);
  });
  const isolated =
    'mount --bind "$0" "$0" && mount -o remount,bind,ro / && mount -o remount,bind,rw "$0" && ' +
    `exec setpriv --reuid=${RUN_AS} --regid=${RUN_AS} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"`;
  const args = mayIsolate ? ['unshare', '-m', 'sh', '-ec', isolated, dataDir, ...command] : command;
  const [program = '', ...rest] = args;
  const started = spawn(program, rest, { cwd: root, env: { NODE_ENV: 'production', PATH: process.env.PATH ?? '' } });
  child = started;
  const exit = new Promise<number | null>((resolve) => started.once('close', resolve));
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    started.stderr.on('data', (data) => {
      err += data;
    });
    started.stdout.on('data', (data) => {
      out += data;
      if (out.includes('\n')) resolve({ url: (JSON.parse(out) as { url: string }).url, exit });
    });
    void exit.then((code) => reject(new Error(`exited with ${code}: ${err}`)));
  });
}

function stages(): { first: string; last: string } {
  const [, first = '', last = ''] = container.split(/^FROM /m);
  return { first, last };
}

describe('the container file', () => {
  it('[OPS-15] has two stages, runs as nobody in particular, checks its health and carries no sources of tests or tools', () => {
    const { first, last } = stages();
    expect(container.match(/^FROM /gm)).toHaveLength(2);
    expect(first).toContain('AS build');
    // OCI's image format drops the health check without a word.
    expect(read('docs/operations/running.md')).toContain('podman build --format docker -f ops/container/Containerfile');
    expect(last).toMatch(new RegExp(`^USER ${RUN_AS}:${RUN_AS}$`, 'm'));
    expect(last).toMatch(/^HEALTHCHECK .*\\\n\s+CMD \[/m);
    expect(last).toContain('STOPSIGNAL SIGTERM');
    expect(last).not.toMatch(/^RUN npm|^COPY (?!--from=build)/m);
    expect(container).not.toMatch(/apt-get|curl|ADD /);
    expect(read('ops/container/Containerfile.dockerignore').split('\n')).toEqual(
      expect.arrayContaining(['**/*.test.ts', '**/node_modules']),
    );
  });

  it('[OPS-15] its command serves and its health check answers without root, capabilities or a writable root file system', async () => {
    const dataDir = join(work, 'data');
    mkdirSync(dataDir, { mode: 0o700 });
    chmodSync(work, 0o755);
    if (mayIsolate) chownSync(dataDir, RUN_AS, RUN_AS);
    const { url, exit } = await start(dataDir);
    const [program = '', flag = '', script = ''] = listIn(stages().last, ' +CMD');
    const check = script.replace('http://127.0.0.1:8750', url);
    expect(program).toBe('node');
    expect(spawnSync(process.execPath, [flag, check]).status).toBe(0);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    child?.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(spawnSync(process.execPath, [flag, check]).status).toBe(1);
  });
});

describe('the systemd unit', () => {
  it('[OPS-15] writes nowhere but its state folder, holds no capability, and is not started again when that changes nothing', () => {
    for (const line of [
      'User=countersign',
      'StateDirectory=countersign',
      'StateDirectoryMode=0700',
      'UMask=0077',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'ProtectSystem=strict',
      'KillSignal=SIGTERM',
      'RestartPreventExitStatus=64 65 73 77 78',
      'StartLimitIntervalSec=0',
      'SystemCallErrorNumber=EPERM',
    ]) {
      expect(unit.split('\n')).toContain(line);
    }
  });

  it('[OPS-15] is accepted by systemd, with an exposure below 2, where systemd is there to ask', () => {
    const asked = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--threshold=20', '--no-pager', join(root, 'ops/systemd/countersign.service')],
      { encoding: 'utf8' },
    );
    // A machine without systemd has nobody to ask; the lines above hold there.
    if (asked.error === undefined) expect(asked.status).toBe(0);
    else expect(asked.error).toMatchObject({ code: 'ENOENT' });
  });
});
