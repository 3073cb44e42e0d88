// Answers the preload's messages: checks the sender, then the schema, then does it. Owns no Electron call; they arrive as `Machine`.

import { CHANNEL, type Channel } from './channels.ts';
import type { DeviceSigner } from './deviceSigner.ts';
import { type Request, requestSchemas } from './requests.ts';
import type { SignInListener } from './signInListener.ts';
import { isTrustedSender, mayOpenOutside, maySignInAt, type SenderFrame } from './trust.ts';

/** The few things of the machine that messages reach. */
export interface Machine {
  readonly signer: DeviceSigner;
  /** Asks where to save; null when the person cancelled. */
  chooseSave(name: string): Promise<string | null>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  chooseOpen(extensions: readonly string[]): Promise<string | null>;
  read(path: string): Promise<{ name: string; bytes: Uint8Array }>;
  openOutside(url: string): Promise<void>;
  readonly signIn: Pick<SignInListener, 'listen' | 'answerTo'>;
}

/** The message was not answered: wrong sender, unknown channel, or a request that does not fit. */
class MessageRefused extends Error {
  override readonly name = 'MessageRefused';
}

type Handlers = { [C in Channel]: (machine: Machine, request: Request<C>) => Promise<unknown> };

const handlers: Handlers = {
  [CHANNEL.publicKey]: ({ signer }, userId) => signer.publicKey(userId),
  [CHANNEL.sign]: ({ signer }, entry) => signer.sign(entry),
  [CHANNEL.renew]: ({ signer }, userId) => signer.renew(userId),
  [CHANNEL.confirm]: ({ signer }, request) => signer.confirm(request),
  [CHANNEL.save]: async (machine, { name, bytes }) => {
    const path = await machine.chooseSave(name);
    if (path === null) return false;
    await machine.write(path, bytes);
    return true;
  },
  [CHANNEL.open]: async (machine, extensions) => {
    const path = await machine.chooseOpen(extensions);
    return path === null ? null : machine.read(path);
  },
  [CHANNEL.openExternal]: async (machine, url) => {
    if (!mayOpenOutside(url)) throw new MessageRefused('Only https addresses are opened outside the app.');
    await machine.openOutside(url);
  },
  [CHANNEL.signInListen]: ({ signIn }) => signIn.listen(),
  [CHANNEL.signInOpen]: async (machine, url) => {
    if (!maySignInAt(url)) throw new MessageRefused('The company’s sign-in page is not https, so it was not opened.');
    return machine.signIn.answerTo(() => machine.openOutside(url));
  },
};

/** Answers one message, or throws MessageRefused before anything happened. */
export async function answer(
  machine: Machine,
  sender: SenderFrame | null | undefined,
  channel: Channel,
  request: unknown,
): Promise<unknown> {
  if (!isTrustedSender(sender)) throw new MessageRefused('This message did not come from the app’s own page.');
  const checked = requestSchemas[channel].safeParse(request);
  if (!checked.success)
    throw new MessageRefused(`${channel}: ${checked.error.issues[0]?.message ?? 'the request does not fit'}`);
  const handle = handlers[channel] as (machine: Machine, request: unknown) => Promise<unknown>;
  return handle(machine, checked.data);
}
