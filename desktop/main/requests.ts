// What each channel accepts. Owns the schemas; a request that does not fit never reaches the code behind it.
import { z } from 'zod';
import { CHANNEL, type Channel } from './channels.ts';

const MEGABYTE = 1024 * 1024;
const bytes = (most: number) =>
  z.instanceof(Uint8Array).refine((value) => value.length <= most, { message: `at most ${most} bytes` });
const fileName = z
  .string()
  .min(1)
  .max(200)
  // A name, never a path: no separators, no control characters, no leading dot.
  .regex(/^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u);

export const requestSchemas = {
  [CHANNEL.publicKey]: z.string().min(1).max(128),
  [CHANNEL.renew]: z.string().min(1).max(128),
  [CHANNEL.sign]: bytes(16 * 1024),
  [CHANNEL.save]: z.strictObject({ name: fileName, bytes: bytes(256 * MEGABYTE), mediaType: z.string().max(100) }),
  [CHANNEL.open]: z.array(z.string().regex(/^\.[a-z0-9]{1,8}$/)).max(8),
  [CHANNEL.confirm]: z.strictObject({
    title: z.string().min(1).max(300),
    lines: z.array(z.string().max(500)).max(20),
    action: z.string().min(1).max(40),
    entry: bytes(16 * 1024),
    payload: bytes(64 * MEGABYTE),
  }),
  [CHANNEL.openExternal]: z.string().max(2000),
  [CHANNEL.signInListen]: z.undefined(),
  [CHANNEL.signInOpen]: z.string().max(4000),
} as const satisfies Record<Channel, z.ZodType>;
export type Request<C extends Channel> = z.infer<(typeof requestSchemas)[C]>;
