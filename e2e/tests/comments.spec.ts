// People talk about a cell where it stands: asked, answered, done; offline too; and what was said changes nothing that is billed.
import { expect, test } from '@playwright/test';
import { Actor } from '../kit/actor.ts';
import { Server } from '../kit/server.ts';
import { Workbook } from '../pages/workbook.ts';

const TV = '2659161';

test('[SYNC-41] [SYNC-45] [DOC-61] a reviewer asks at a cell, ops answers offline, both see one thread and call it done', async () => {
  const server = await Server.start();
  const reviewer = await Actor.signIn('Reviewer', server);
  const ops = await Actor.signIn('Ops', server);
  const asking = await Workbook.open(reviewer.page, TV);
  const answering = await Workbook.open(ops.page, TV);
  const comments = (workbook: Workbook) => workbook.page.getByRole('region', { name: 'Comments' });

  await (await asking.cell('18.0', 'rate')).click();
  await comments(asking)
    .getByRole('textbox', { name: /^Comment on 18\.0/ })
    .fill('Net or gross?');
  await reviewer.page.keyboard.press('Control+Enter');
  await expect(comments(asking)).toContainText('Net or gross?');
  await asking.isVerified();

  const commented = await answering.cell('18.0', 'rate');
  await expect(commented).toHaveClass(/has-comment/);
  await expect(commented).toHaveAttribute('aria-label', /one open comment/);
  await commented.click();
  await expect(comments(answering)).toContainText('Net or gross?');
  await server.kill();
  const answer = comments(answering).getByRole('textbox', { name: 'Answer' });
  await answer.fill('Gross, see clause 3.');
  await comments(answering).getByRole('button', { name: 'Send: Answer' }).click();
  await expect(comments(answering)).toContainText('not stored');
  await server.run();
  await expect(comments(asking)).toContainText('Gross, see clause 3.');
  await expect(comments(answering)).not.toContainText('not stored');

  // Words that were typed and not sent wait at their cell.
  await comments(answering)
    .getByRole('textbox', { name: /^Comment on 18\.0/ })
    .fill('By the way');
  await (await answering.cell('19.0', 'rate')).click();
  await expect(comments(answering)).not.toContainText('Net or gross?');
  await commented.click();
  await expect(comments(answering).getByRole('textbox', { name: /^Comment on 18\.0/ })).toHaveValue('By the way');
  await ops.page.reload();
  await (await answering.cell('18.0', 'rate')).click();
  await expect(comments(answering).getByRole('textbox', { name: /^Comment on 18\.0/ })).toHaveValue('By the way');

  await comments(asking).getByRole('button', { name: 'Done', exact: true }).click();
  await expect(await asking.cell('18.0', 'rate')).not.toHaveClass(/has-comment/);
  await expect(commented).not.toHaveClass(/has-comment/);
  await comments(answering).getByRole('button', { name: 'Show 1 comment done' }).click();
  await expect(comments(answering)).toContainText('Gross, see clause 3.');

  for (const actor of [reviewer, ops]) {
    expect(actor.complaints.filter((text) => !/ERR_CONNECTION_REFUSED|WebSocket/.test(text))).toEqual([]);
    await actor.leave();
  }
  await server.dispose();
});
