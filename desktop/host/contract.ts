// What the app needs from the machine it runs on (docs/PROTOCOL.md §8). Owns the interface only; Electron's preload and the
// browser twin implement it, and the renderer never knows which.

/** Where the renderer runs. */
export type HostPlatform = 'browser' | 'linux' | 'darwin' | 'win32';

/**
 * This device's Ed25519 keys, one a person: the server enrols a key for one user only. The private halves never reach the renderer
 * (SECURITY §2 "Keys").
 */
export interface DeviceKey {
  /** The raw 32 bytes of the person's public key; made on first use. */
  publicKey(userId: string): Promise<Uint8Array>;
  /**
   * Signs one entry with the key of the entry's `user`: 64 bytes over `countersign.entry/1\n` + `entryBytes`.
   * `edit` and `choose` entries are signed unattended; any other kind only after `confirm` was answered yes for exactly these
   * bytes, and only once (DESIGN §11 rules 11 and 15).
   * @throws HostRefusal when the entry is not canonical, or needs a confirmation it does not have.
   */
  sign(entryBytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Makes another key for a person whose key was revoked; the old one is gone. The desktop app asks the person outside the renderer.
   * Resolves to the raw new public key, or null when the person said no.
   */
  renew(userId: string): Promise<Uint8Array | null>;
}

/** A file the person chose. */
export interface OpenedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface HostFiles {
  /** Offers to save; false when the person cancelled (a browser cannot tell, and answers true). */
  save(name: string, bytes: Uint8Array, mediaType: string): Promise<boolean>;
  /** Lets the person choose one file, e.g. accept `['.csv', '.xlsx']`; null when nothing was chosen. */
  open(accept: readonly string[]): Promise<OpenedFile | null>;
}

/** What a person is asked before the device signs a command such as approve, execute or export. */
export interface ConfirmSummary {
  /** One line naming the act and the thing: "Approve version 2 of Order 2659161". */
  readonly title: string;
  /** What will be bound: amounts, content hash, what cannot be undone. */
  readonly lines: readonly string[];
  /** The verb on the button: "Approve". */
  readonly action: string;
  /** The exact entry that will be signed, and its payload; a host that shows its own dialog checks that they agree. */
  readonly entry: Uint8Array;
  readonly payload: Uint8Array;
}

export type Theme = 'light' | 'dark';

export interface HostTheme {
  current(): Theme;
  /** Called when the system's theme changes; returns the way to stop. */
  onChange(listener: (theme: Theme) => void): () => void;
}

/** The way through the company's provider: the system browser in the desktop app, this tab in a browser (SECURITY §6). */
export interface HostCompanySignIn {
  /** Where the browser shall go at the end: `page`, or an address on which this computer listens from now on. */
  returnTo(): Promise<string>;
  /**
   * Opens the provider's page. The desktop app answers the one-use code that came back; a browser leaves this page and never answers.
   * @throws HostRefusal when the address may not be opened, or nothing came back in five minutes.
   */
  open(url: string): Promise<string>;
}

export interface CountersignHost {
  readonly platform: HostPlatform;
  /** Origin of the sync server, no trailing slash, e.g. `http://127.0.0.1:4310`. */
  readonly serverUrl: string;
  readonly deviceKey: DeviceKey;
  readonly files: HostFiles;
  readonly theme: HostTheme;
  readonly companySignIn: HostCompanySignIn;
  /** Opens an https address outside the app; others are refused. */
  openExternal(url: string): Promise<void>;
  /** Asks outside the renderer where the host can. True only when the person agreed to exactly this entry. */
  confirm(summary: ConfirmSummary): Promise<boolean>;
}

/** The host would not do it. Nothing was signed, saved or opened. */
export class HostRefusal extends Error {
  override readonly name = 'HostRefusal';
}

declare global {
  interface Window {
    /** Put there by Electron's preload; absent in a plain browser. */
    readonly countersignHost?: CountersignHost;
  }
}
