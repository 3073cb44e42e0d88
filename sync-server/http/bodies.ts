// What is taken in before anybody knows who sends it. Owns how much, how deep and from whom; what a body says is the routes'.
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { Problem } from './problem.ts';

/** Of a command that was signed; its parts are smaller. */
export const BODY_BYTES = 2 * 1024 * 1024;
/** A sign-in is a name, a password and a code. */
const SIGN_IN_BYTES = 16 * 1024;
/** No message of ours is deeper than a tenth of this; what is deeper costs the more to read the deeper it is. */
const MOST_DEPTH = 100;

const OPEN = '/api/v1/session';
/** Asked for with a token of the machine, and sent nothing. */
const OPERATIONS = '/api/v1/operations/';

/**
 * [HTTP-3] Somebody who is not recognised sends a sign-in and nothing else: a body is read only after its sender was. Bodies that are nested too
 * deep are refused before they are taken apart.
 */
export function guardBodies(app: FastifyInstance, services: Pick<Services, 'callerOf'>): void {
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith(OPEN) || route.url.startsWith(OPERATIONS)) route.bodyLimit = SIGN_IN_BYTES;
  });
  app.addHook('onRequest', async (request) => {
    const { headers, url } = request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? '0') > 0;
    if (!hasBody || url.startsWith(OPEN) || url.startsWith(OPERATIONS)) return;
    await services.callerOf(request);
  });
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    if (isDeeper(text, MOST_DEPTH)) {
      done(new Problem(400, 'request', 'Request not readable', `The JSON is nested more than ${MOST_DEPTH} deep.`));
      return;
    }
    parse(request, text, done);
  });
}

/** Whether JSON is nested deeper than this, brackets in texts not counted. */
export function isDeeper(json: string, most: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const letter = json[at];
    if (letter === '"') quoted = !quoted;
    else if (quoted) at += letter === '\\' ? 1 : 0;
    else if (letter === '[' || letter === '{') depth += 1;
    else if (letter === ']' || letter === '}') depth -= 1;
    if (depth > most) return true;
  }
  return false;
}
