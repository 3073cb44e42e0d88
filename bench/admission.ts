/**
 * (e) Admission checks a second, without sockets: signature, chain, role, update and command, and the order to store. `node bench/admission.ts`
 */
import { verifySigned } from '../sync-server/admission/signedEntry.ts';
import { actorOfSignIn } from '../sync-server/http/actor.ts';
import { createSample, startTestServer } from '../sync-server/testKit/testServer.ts';
import { count, say, sayMachine } from './measure.ts';
import { benchSheets, prepareClient, signedOf } from './signedEdits.ts';

const EDITS = 3000;

sayMachine('Admission checks a second');
const server = await startTestServer();
try {
  const versionId = await createSample(server, benchSheets());
  const { person, batches } = await prepareClient(server.url, versionId, 0, EDITS, 1);
  const { services } = server;
  const signIn = await services.sessions.find(person.token);
  const actor = signIn === null ? null : actorOfSignIn(services.people, signIn);
  if (actor === null) throw new Error('the person is not signed in');

  const expected = { ws: services.history.ws, doc: versionId, userId: actor.userId, mostPayload: 1 << 20 };
  const asSent = batches.map(signedOf).map(({ bytes, signature, payload }) => ({ entry: bytes, signature, payload }));
  let begun = performance.now();
  for (const signed of asSent) {
    if (!verifySigned(signed, expected, services.people).ok) throw new Error('a signature does not stand');
  }
  report('form, hashes and signature alone', performance.now() - begun);

  begun = performance.now();
  const flushes: Promise<void>[] = [];
  let stored = 0;
  await services.rooms.use(versionId, async (room) => {
    for (const signed of asSent) {
      const outcome = await room.run(() =>
        services.admission.admit(room, services.admission.begin(versionId, actor, signed), () => {
          stored += 1;
        }),
      );
      if (outcome.kind !== 'accepted') throw new Error(`an edit was not accepted: ${JSON.stringify(outcome)}`);
      flushes.push(outcome.flushed);
    }
    report('the whole admission', performance.now() - begun);
    await Promise.all(flushes);
  });
  if (stored !== EDITS) throw new Error(`${stored} of ${EDITS} were stored`);
  report('the whole admission until the last one is on disk', performance.now() - begun);
} finally {
  await server.dispose();
}

function report(what: string, tookMs: number): void {
  say(
    `${what.padEnd(52)} ${count((EDITS * 1000) / tookMs).padStart(8)} a second   ${((tookMs * 1000) / EDITS).toFixed(0)} µs each (${count(EDITS)} edits)`,
  );
}
