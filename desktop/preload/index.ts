// The only bridge between page and machine: named functions of the host contract, nothing else (SECURITY §4.20).
import { contextBridge, ipcRenderer } from 'electron';
import type { CountersignHost, HostPlatform, OpenedFile, Theme } from '../host/contract.ts';
import { CHANNEL, SERVER_ARGUMENT } from '../main/channels.ts';

const PLATFORMS: Readonly<Record<string, HostPlatform>> = { linux: 'linux', darwin: 'darwin', win32: 'win32' };
const DARK = '(prefers-color-scheme: dark)';
const themeOf = (query: { matches: boolean }): Theme => (query.matches ? 'dark' : 'light');
const serverUrl =
  process.argv.find((argument) => argument.startsWith(SERVER_ARGUMENT))?.slice(SERVER_ARGUMENT.length) ?? '';

const host = {
  platform: PLATFORMS[process.platform] ?? 'linux',
  serverUrl,
  deviceKey: {
    publicKey: (userId): Promise<Uint8Array> => ipcRenderer.invoke(CHANNEL.publicKey, userId),
    renew: (userId): Promise<Uint8Array | null> => ipcRenderer.invoke(CHANNEL.renew, userId),
    sign: (entryBytes): Promise<Uint8Array> => ipcRenderer.invoke(CHANNEL.sign, entryBytes),
  },
  files: {
    save: (name, bytes, mediaType): Promise<boolean> => ipcRenderer.invoke(CHANNEL.save, { name, bytes, mediaType }),
    open: (accept): Promise<OpenedFile | null> => ipcRenderer.invoke(CHANNEL.open, accept),
  },
  theme: {
    current: () => themeOf(window.matchMedia(DARK)),
    onChange(listener) {
      const query = window.matchMedia(DARK);
      const changed = () => listener(themeOf(query));
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
  },
  companySignIn: {
    returnTo: (): Promise<string> => ipcRenderer.invoke(CHANNEL.signInListen),
    open: (url): Promise<string> => ipcRenderer.invoke(CHANNEL.signInOpen, url),
  },
  openExternal: (url): Promise<void> => ipcRenderer.invoke(CHANNEL.openExternal, url),
  confirm: (summary): Promise<boolean> => ipcRenderer.invoke(CHANNEL.confirm, summary),
} satisfies CountersignHost;

contextBridge.exposeInMainWorld('countersignHost', host);
