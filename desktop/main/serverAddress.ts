// Which sync server this app talks to. Owns the order of sources and the check; must not connect.

const DEFAULT_SERVER = 'http://127.0.0.1:4310';

/**
 * The server's origin from `--server URL` or COUNTERSIGN_SERVER, else the local default.
 * @throws Error for anything but https, or http on loopback: signed work must not cross a network in the clear.
 */
export function serverAddress(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const at = argv.indexOf('--server');
  const named = (at >= 0 ? argv[at + 1] : undefined) ?? environment.COUNTERSIGN_SERVER ?? DEFAULT_SERVER;
  let url: URL;
  try {
    url = new URL(named);
  } catch (cause) {
    throw new Error(`"${named}" is not the address of a server. Give one such as https://countersign.example.`, {
      cause,
    });
  }
  const loopback = url.hostname === '127.0.0.1' || url.hostname === 'localhost' || url.hostname === '[::1]';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))
    throw new Error(`${url.origin} is not encrypted. Use https, or a server on this computer.`);
  return url.origin;
}
