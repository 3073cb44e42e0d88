import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';

type Listener = (...args: never[]) => unknown;
/** A double of the few Electron calls the app uses; it records what was asked of it. */
const electron = vi.hoisted(() => ({
  windows: [] as { options: { webPreferences: Record<string, unknown> }; url: string }[],
  handlers: new Map<string, Listener>(),
  appListeners: new Map<string, Listener>(),
  contentsListeners: new Map<string, Listener>(),
  schemes: [] as { scheme: string; privileges: Record<string, boolean> }[],
  served: new Map<string, Listener>(),
  opened: [] as string[],
  sandboxed: false,
  permission: undefined as Listener | undefined,
  windowOpen: undefined as Listener | undefined,
}));

vi.mock('electron', () => ({
  app: {
    enableSandbox: () => {
      electron.sandboxed = true;
    },
    requestSingleInstanceLock: () => true,
    whenReady: async () => undefined,
    getPath: () => mkdtempSync(join(tmpdir(), 'countersign-userdata-')),
    on: (name: string, listener: Listener) => electron.appListeners.set(name, listener),
    quit: vi.fn(),
    exit: vi.fn(),
  },
  BrowserWindow: class {
    static getAllWindows = () => electron.windows;
    readonly record: (typeof electron.windows)[number];
    constructor(options: (typeof electron.windows)[number]['options']) {
      this.record = { options, url: '' };
      electron.windows.push(this.record);
    }
    once() {}
    show() {}
    async loadURL(url: string) {
      this.record.url = url;
    }
  },
  dialog: { showErrorBox: vi.fn(), showMessageBox: async () => ({ response: 1 }), showMessageBoxSync: () => 1 },
  ipcMain: { handle: (channel: string, listener: Listener) => electron.handlers.set(channel, listener) },
  Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: vi.fn() },
  nativeTheme: { shouldUseDarkColors: false },
  protocol: {
    registerSchemesAsPrivileged: (schemes: typeof electron.schemes) => electron.schemes.push(...schemes),
    handle: (scheme: string, listener: Listener) => electron.served.set(scheme, listener),
  },
  safeStorage: {
    encryptStringAsync: async (text: string) => Buffer.from(text),
    decryptStringAsync: async (sealed: Buffer) => ({ result: sealed.toString() }),
  },
  session: {
    defaultSession: {
      setPermissionRequestHandler: (handler: Listener) => {
        electron.permission = handler;
      },
      setPermissionCheckHandler: vi.fn(),
    },
  },
  shell: { openExternal: async (url: string) => electron.opened.push(url) },
}));

const trusted = { senderFrame: { url: 'app://countersign/index.html', parent: null } };
const call = (channel: string, event: unknown, request: unknown) =>
  (electron.handlers.get(channel) as unknown as (event: unknown, request: unknown) => Promise<unknown>)(event, request);

beforeAll(async () => {
  await import('./index.ts');
  await vi.waitFor(() => expect(electron.windows).toHaveLength(1));
});

describe('the wired app', () => {
  it('[ELE-12] sandboxes everything and opens one window on its own page', () => {
    expect(electron.sandboxed).toBe(true);
    expect(electron.windows[0]?.url).toBe('app://countersign/');
    expect(electron.windows[0]?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      additionalArguments: ['--countersign-server=http://127.0.0.1:4310'],
    });
  });

  it('[ELE-12] registers app:// as a standard, secure scheme and serves nothing over file://', () => {
    expect(electron.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
    expect([...electron.served.keys()]).toEqual(['app']);
  });

  it('[ELE-13] [ELE-16] denies permissions, navigation, windows and webviews; a page with an unkept change holds its window once', () => {
    const answers: boolean[] = [];
    for (const permission of ['media', 'clipboard-read', 'clipboard-sanitized-write'])
      (electron.permission as unknown as (c: unknown, p: string, done: (ok: boolean) => void) => void)(
        null,
        permission,
        (ok) => answers.push(ok),
      );
    expect(answers).toEqual([false, false, true]);

    const contents = {
      on: (name: string, listener: Listener) => electron.contentsListeners.set(name, listener),
      setWindowOpenHandler: (handler: Listener) => {
        electron.windowOpen = handler;
      },
    };
    (electron.appListeners.get('web-contents-created') as unknown as (e: unknown, c: unknown) => void)(null, contents);
    const prevented: string[] = [];
    const event = (name: string) => ({ preventDefault: () => prevented.push(name) });
    const navigate = electron.contentsListeners.get('will-navigate') as unknown as (e: unknown, url: string) => void;
    navigate(event('away'), 'https://example.com');
    navigate(event('home'), 'app://countersign/#/x');
    (electron.contentsListeners.get('will-attach-webview') as unknown as (e: unknown) => void)(event('webview'));
    expect(prevented).toEqual(['away', 'webview']);

    const hold = electron.contentsListeners.get('will-prevent-unload') as unknown as (e: unknown) => void;
    hold(event('first close'));
    expect(prevented).toEqual(['away', 'webview']);
    hold(event('closed anyway'));
    expect(prevented).toEqual(['away', 'webview', 'closed anyway']);

    const openWindow = electron.windowOpen as unknown as (details: { url: string }) => { action: string };
    expect(openWindow({ url: 'https://example.com/a' })).toEqual({ action: 'deny' });
    expect(openWindow({ url: 'file:///etc/passwd' })).toEqual({ action: 'deny' });
    expect(electron.opened).toEqual(['https://example.com/a']);
  });

  it('[ELE-14] answers its nine channels only, only to its own page, only what fits', async () => {
    expect([...electron.handlers.keys()].sort()).toEqual([
      'deviceKey:publicKey',
      'deviceKey:renew',
      'deviceKey:sign',
      'files:open',
      'files:save',
      'host:confirm',
      'host:openExternal',
      'signIn:listen',
      'signIn:open',
    ]);
    expect(await call('deviceKey:publicKey', trusted, 'u-finance')).toHaveLength(32);
    await expect(
      call('deviceKey:publicKey', { senderFrame: { url: 'https://evil.example', parent: null } }, undefined),
    ).rejects.toThrow('own page');
    await expect(call('deviceKey:publicKey', { senderFrame: null }, undefined)).rejects.toThrow('own page');
    await expect(call('deviceKey:sign', trusted, 'text')).rejects.toThrow('deviceKey:sign');
    await expect(call('files:save', trusted, { name: '../x', bytes: new Uint8Array(), mediaType: '' })).rejects.toThrow(
      'files:save',
    );
    await expect(call('host:openExternal', trusted, 'file:///etc/passwd')).rejects.toThrow('https');
  });
});
