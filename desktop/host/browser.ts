// The browser twin of Electron's preload: the same renderer runs in a plain browser with it. Must not be reached for
// anything the contract does not name.
import {
  type ConfirmSummary,
  type CountersignHost,
  type HostCompanySignIn,
  type HostFiles,
  HostRefusal,
  type HostTheme,
} from './contract.ts';
import { DeviceKeyStore } from './deviceKeyStore.ts';

const ENTRY_CONTEXT = new TextEncoder().encode('countersign.entry/1\n');
/** Entry kinds that a device signs without asking: a person's own edits of the open draft. */
const UNATTENDED = new Set(['edit', 'choose']);

/** Asks the person inside the app; a browser has no place outside of it. */
export type Confirmer = (summary: ConfirmSummary) => Promise<boolean>;

export interface BrowserHostOptions {
  /** Origin of the server; the page's own by default. */
  readonly serverUrl?: string;
  readonly keys?: DeviceKeyStore;
}

export interface BrowserHost extends CountersignHost {
  readonly platform: 'browser';
  /** The app installs its confirmation dialog here; until then every command that needs one is refused. */
  setConfirmer(confirmer: Confirmer): void;
}

/** Builds the browser's host. */
export function browserHost(options: BrowserHostOptions = {}): BrowserHost {
  const keys = options.keys ?? new DeviceKeyStore();
  let confirmer: Confirmer | null = null;
  const confirmed = new Set<string>();

  return {
    platform: 'browser',
    serverUrl: options.serverUrl ?? globalThis.location.origin,
    deviceKey: {
      publicKey: (userId) => keys.publicKey(userId),
      async sign(entryBytes) {
        const { kind, user } = readEntry(entryBytes);
        // A confirmation is spent by one signature, so that a second command cannot ride on it.
        if (!UNATTENDED.has(kind) && !confirmed.delete(await digest(entryBytes)))
          throw new HostRefusal(`This ${kind} was not confirmed, so it was not signed.`);
        return keys.sign(user, joined(ENTRY_CONTEXT, entryBytes));
      },
      // Whoever asks for it stands in the app; a browser has no other place to ask.
      renew: (userId) => keys.renew(userId),
    },
    files,
    theme,
    companySignIn,
    async openExternal(url) {
      const address = new URL(url);
      if (address.protocol !== 'https:') throw new HostRefusal('Only https addresses are opened outside the app.');
      globalThis.open(address.href, '_blank', 'noopener,noreferrer');
    },
    async confirm(summary) {
      if (confirmer === null) throw new HostRefusal('There is no place to ask for a confirmation yet.');
      // The bytes are copied first: what the person reads about is what is signed.
      const entry = summary.entry.slice();
      if (!(await confirmer(summary))) return false;
      confirmed.add(await digest(entry));
      return true;
    },
    setConfirmer(next) {
      confirmer = next;
    },
  };
}

const files: HostFiles = {
  async save(name, bytes, mediaType) {
    const url = URL.createObjectURL(new Blob([bytes.slice()], { type: mediaType }));
    const anchor = document.createElement('a');
    anchor.href = url;
    anchor.download = name;
    anchor.click();
    // The download has its own reference by then; the address may go at the next turn.
    setTimeout(() => URL.revokeObjectURL(url), 0);
    return true;
  },
  open(accept) {
    return new Promise((resolve, reject) => {
      const input = document.createElement('input');
      input.type = 'file';
      input.accept = accept.join(',');
      input.addEventListener('cancel', () => resolve(null), { once: true });
      input.addEventListener(
        'change',
        () => {
          const file = input.files?.[0];
          if (file === undefined) return resolve(null);
          file.arrayBuffer().then((buffer) => resolve({ name: file.name, bytes: new Uint8Array(buffer) }), reject);
        },
        { once: true },
      );
      input.click();
    });
  },
};

const companySignIn: HostCompanySignIn = {
  returnTo: async () => 'page',
  open(url) {
    const { protocol, hostname } = new URL(url);
    // The provider of a test or a trial may stand on this computer.
    if (protocol !== 'https:' && hostname !== '127.0.0.1' && hostname !== 'localhost')
      throw new HostRefusal('The company’s sign-in page is not https, so it was not opened.');
    globalThis.location.assign(url);
    // The page is being left: what waits for an answer goes with it.
    return new Promise(() => undefined);
  },
};

const DARK = '(prefers-color-scheme: dark)';
const theme: HostTheme = {
  current: () => (globalThis.matchMedia(DARK).matches ? 'dark' : 'light'),
  onChange(listener) {
    const query = globalThis.matchMedia(DARK);
    const changed = () => listener(query.matches ? 'dark' : 'light');
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  },
};

/** What decides whether and with which key an entry is signed. */
function readEntry(entryBytes: Uint8Array): { kind: string; user: string } {
  let entry: unknown;
  try {
    entry = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(entryBytes));
  } catch (error) {
    throw new HostRefusal('The entry could not be read, so it was not signed.', { cause: error });
  }
  if (typeof entry === 'object' && entry !== null && 'kind' in entry && 'user' in entry) {
    const { kind, user } = entry;
    if (typeof kind === 'string' && typeof user === 'string') return { kind, user };
  }
  throw new HostRefusal('The entry does not say what it is and whose, so it was not signed.');
}

async function digest(bytes: Uint8Array): Promise<string> {
  return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice())), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
