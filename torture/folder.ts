// A small stopped folder that holds one of everything that rots: edits of several people, a submission, its answer, a revoked device.
import { randomUUID } from 'node:crypto';
import { startServer } from '../sync-server/server.ts';
import { TestPerson } from '../sync-server/testKit/testPerson.ts';
import { ownRow, SHARED_ROW, type Template, TORTURE_CONFIG, VERSIONS } from './template.ts';

/** Makes it below the template's folder; gives its path. */
export async function makeSmallFolder(template: Template, name: string): Promise<string> {
  const dataDir = template.copy(name);
  const server = await startServer({ ...TORTURE_CONFIG, dataDir });
  try {
    const [version] = VERSIONS;
    for (const userId of ['u-finance', 'u-ops']) {
      const person = await TestPerson.signIn(server.url, userId);
      const draft = await person.openDraft(version);
      for (const row of [ownRow(userId), SHARED_ROW]) {
        const answer = await draft.edit(draft.command('lines', row, 'note', randomUUID()));
        if (answer !== 'stored') throw new Error(`an honest edit was refused: ${answer.code}`);
      }
      draft.close();
    }
    const finance = await TestPerson.signIn(server.url, 'u-finance');
    const submitted = await finance.command(version, 'submit');
    if (submitted.status !== 200)
      throw new Error(`an honest submission was refused: ${JSON.stringify(submitted.body)}`);
    const [device] = server.services.people.devices().filter(({ userId }) => userId === 'u-reviewer');
    if (device !== undefined) await server.services.people.revokeDevice(device);
  } finally {
    await server.stop();
  }
  return dataDir;
}
