// The sync socket's own message types and headers (docs/PROTOCOL.md §4). Owns names and shapes; must not open sockets or know documents.
import { z } from 'zod';

/** Message numbers beside y-websocket's 0–3. */
export const MESSAGE = {
  open: 100,
  opened: 101,
  entry: 102,
  caughtUp: 103,
  submit: 110,
  stored: 111,
  refused: 112,
  cursor: 120,
  presence: 121,
  state: 130,
  checkpoint: 131,
} as const;
export type MessageName = keyof typeof MESSAGE;

/** WebSocket close codes with a reason of our own. All are terminal but `restarting` and `tooSlow`. */
export const CLOSE = {
  restarting: 1012,
  /** The first message did not come in time: a slow network is no reason to give up. */
  tooSlow: 1013,
  sessionEnded: 4401,
  notAllowed: 4403,
  noSuchVersion: 4404,
  equivocation: 4409,
  tooLarge: 4413,
  schema: 4426,
} as const;

export const SUBPROTOCOL = 'countersign.v1';
/** The one-use ticket travels as a second offered subprotocol, never in a URL (DESIGN §7). */
export const TICKET_PREFIX = 'ticket.';

/** The sheet schema of the app that sends a lifecycle command; programs that show no document leave it out. */
export const SCHEMA_HEADER = 'x-countersign-schema';

export const LIMITS = {
  /** Largest payload of one signed batch, bytes (DESIGN §3). */
  batchBytes: 64 * 1024,
  /** Most commands in one signed batch: about as many single cells as fit its bytes (docs/adr/0014). */
  batchCommands: 256,
  /** Largest single Yjs update, bytes. */
  updateBytes: 256 * 1024,
  /** Largest frame, bytes (SECURITY §6). */
  frameBytes: 1024 * 1024,
  /** Largest cursor message, bytes. */
  cursorBytes: 4 * 1024,
} as const;

const count = z.string().regex(/^(0|[1-9]\d{0,15})$/);
const id = z.string().min(1).max(120);

export const cursorSchema = z.strictObject({ sheet: id.optional(), rowId: id.optional(), field: id.optional() });
export type Cursor = z.infer<typeof cursorSchema>;

export const presenceSessionSchema = z.strictObject({
  session: id,
  userId: id,
  name: z.string(),
  sheet: id.optional(),
  rowId: id.optional(),
  field: id.optional(),
});
export type PresenceSession = z.infer<typeof presenceSessionSchema>;

/** Header of every own message, by name. */
export const headerSchemas = {
  open: z.strictObject({ draftId: id, schema: z.number().int(), have: count }),
  opened: z.strictObject({
    draftId: id,
    state: z.string(),
    size: count,
    generation: z.string(),
    canEdit: z.boolean(),
    reason: z.string().optional(),
    /** What `presence` calls this very socket, so that a window can leave itself out. */
    session: id.optional(),
  }),
  entry: z.strictObject({ index: count }),
  caughtUp: z.strictObject({ size: count }),
  submit: z.strictObject({}),
  stored: z.strictObject({ index: count, leafHash: z.string() }),
  refused: z.strictObject({
    entryHash: z.string(),
    code: z.string(),
    text: z.string(),
    commandIds: z.array(z.string()),
    at: z.string().optional(),
  }),
  cursor: cursorSchema,
  presence: z.strictObject({ sessions: z.array(presenceSessionSchema) }),
  state: z.strictObject({ draftId: id, state: z.string() }),
  checkpoint: z.strictObject({}),
} as const satisfies Record<MessageName, z.ZodType>;
export type Header<N extends MessageName> = z.infer<(typeof headerSchemas)[N]>;
