// Kinds of broken requests: tokens and tickets that are none, bodies that are not what they say. Owns how they are made.
import { encodeFrame } from '@countersign/shared/protocol';
import type { Random } from '../random.ts';
import { mutated, nonsense, type Species } from './frames.ts';
import type { FuzzFrame, FuzzTarget } from './target.ts';

const PATHS = [
  '/api/v1/session',
  '/api/v1/tickets',
  '/api/v1/devices',
  '/api/v1/people/u-ops/roles',
  '/api/v1/log?limit=5',
  '/api/v1/log/0',
  '/api/v1/log/consistency?from=1&to=2',
  '/api/v1/contracts',
] as const;

const good = (target: FuzzTarget): HeadersInit => ({
  authorization: `Bearer ${target.token}`,
  'content-type': 'application/json',
});

/** Text that may stand in a header: what HTTP itself does not let through never reaches the server. */
const headerText = (random: Random): string =>
  Array.from({ length: random.int(0, 200) }, () => String.fromCharCode(random.int(33, 127))).join('');

function authorization(random: Random, target: FuzzTarget): string {
  const kind = random.int(0, 5);
  if (kind === 0) return headerText(random);
  if (kind === 1) return `Bearer ${headerText(random)}`;
  if (kind === 2) return `Bearer ${target.token.slice(0, random.int(0, 43))}`;
  if (kind === 3) return `bearer  ${target.token}`;
  const at = random.int(0, Math.max(1, target.token.length));
  return `Bearer ${target.token.slice(0, at)}${random.pick(['-', '_', 'A', '%00', '='])}${target.token.slice(at + 1)}`;
}

const post = (path: string, headers: HeadersInit, body: string): FuzzFrame => ({
  path,
  init: { method: 'POST', headers, body },
});

export const REQUESTS: readonly Species[] = [
  {
    name: 'authHeader',
    weight: 3,
    make: (random, target) => ({
      path: random.pick(PATHS) ?? '/',
      init: { headers: { authorization: authorization(random, target) } },
    }),
  },
  {
    name: 'oddBody',
    weight: 3,
    make: (random, target) =>
      post(random.pick(PATHS.slice(0, 4)) ?? '/', good(target), JSON.stringify(nonsense(random)) ?? ''),
  },
  {
    name: 'brokenBody',
    weight: 2,
    make: (random, target) => {
      const body = mutated(random, Buffer.from(JSON.stringify({ userId: 'u-ops', action: 'grant', role: 'editor' })));
      return post(random.pick(PATHS.slice(0, 4)) ?? '/', good(target), Buffer.from(body).toString('latin1'));
    },
  },
  {
    name: 'oddPath',
    weight: 2,
    make: (random, target) => {
      const part = encodeURIComponent(headerText(random)).slice(0, random.int(1, 150));
      const path = random.pick([
        `/api/v1/log/${part}`,
        `/api/v1/versions/${part}`,
        `/api/v1/log?before=${part}`,
        `/${part}`,
      ]);
      return { path: path ?? '/', init: { headers: good(target) } };
    },
  },
  {
    name: 'brokenCommand',
    weight: 2,
    make: (random, target) => {
      const { commands, update } = target.honest(random);
      const { bytes, signature, payload } = target.sign({ draftId: target.versionId, commands, updates: [] }, [update]);
      const text = (part: Uint8Array): string =>
        Buffer.from(random.chance(0.5) ? mutated(random, part) : part).toString('base64');
      const body = JSON.stringify({ entry: text(bytes), signature: text(signature), payload: text(payload) });
      const kind = random.pick(['submit', 'approve', 'execute', 'amend', 'export', 'reopen', 'nothing']);
      const headers = {
        ...good(target),
        'if-match': `"${'a'.repeat(64)}"`,
        'idempotency-key': headerText(random).slice(0, 40),
      };
      return post(`/api/v1/versions/${target.versionId}/commands/${kind}`, headers, body);
    },
  },
  {
    name: 'ticket',
    weight: 1.5,
    // A socket is opened with a ticket that is none: the answer to the upgrade is all it gets.
    make: (random, target) => ({
      read: () => target.knock(headerText(random).replaceAll(/[,;"()<>@:\\/[\]?={} ]/g, '')),
    }),
  },
  {
    name: 'doubledFrame',
    weight: 1,
    make: (random, target) => {
      const { commands, update } = target.honest(random);
      const { bytes, signature, payload } = target.sign({ draftId: target.versionId, commands }, [update]);
      return { socket: 'draft', bytes: encodeFrame('submit', {}, [bytes, signature, payload, bytes]) };
    },
  },
];
