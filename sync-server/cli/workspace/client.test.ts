import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { runCommand } from '../../testKit/commandLine.ts';

let server: Server | null = null;
afterEach(() => server?.close());

/** Something at an address that answers every request with a page. */
async function pageAt(status: number): Promise<string> {
  const page = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  });
  server = page;
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
}

it.each([
  [502, 'the server behind it does not answer'],
  [504, 'the server behind it does not answer'],
  [200, 'is no Countersign server'],
])(
  '[OPS-35] a page with %i from what stands before the server ends a command with 69 and says so',
  async (status, says) => {
    const url = await pageAt(status);
    const { code, err, out } = await runCommand('access-report', '--server', url, '--user', 'u-admin');
    expect([code, out]).toEqual([69, '']);
    expect(err).toContain(url);
    expect(err).toContain(says);
  },
);
