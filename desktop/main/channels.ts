// Names of the messages between preload and main. Owns names only, so that the sandboxed preload carries no schema library.

/** Every channel; nothing else is answered (SECURITY §4.17: at most 20, no generic send). */
export const CHANNEL = {
  publicKey: 'deviceKey:publicKey',
  sign: 'deviceKey:sign',
  renew: 'deviceKey:renew',
  save: 'files:save',
  open: 'files:open',
  confirm: 'host:confirm',
  openExternal: 'host:openExternal',
  signInListen: 'signIn:listen',
  signInOpen: 'signIn:open',
} as const;
export type Channel = (typeof CHANNEL)[keyof typeof CHANNEL];

/** Prefix of the window argument that tells the preload where the sync server is. */
export const SERVER_ARGUMENT = '--countersign-server=';
