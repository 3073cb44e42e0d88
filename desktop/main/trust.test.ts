import { describe, expect, it } from 'vitest';
import { isOwnPage, isTrustedSender, mayOpenOutside, maySignInAt, mayUse } from './trust.ts';

describe('who may talk to the main process', () => {
  it('[ELE-3] trusts only the top frame of the app’s own page', () => {
    expect(isTrustedSender({ url: 'app://countersign/index.html', parent: null })).toBe(true);
    expect(isTrustedSender({ url: 'app://countersign/index.html', parent: {} })).toBe(false);
    expect(isTrustedSender({ url: 'https://example.com/', parent: null })).toBe(false);
    expect(isTrustedSender(null)).toBe(false);
    expect(isTrustedSender(undefined)).toBe(false);
  });

  it.each([
    'app://countersign.evil/',
    'app://evil/countersign',
    'app://countersign@evil/',
    'APP:countersign',
    'not a url',
    '',
  ])('[ELE-3] does not take %s for its own page', (url) => {
    expect(isOwnPage(url)).toBe(false);
  });

  it('[ELE-4] lets only plain https addresses leave the app', () => {
    expect(mayOpenOutside('https://example.com/a')).toBe(true);
    for (const url of [
      'http://example.com',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://a:b@example.com',
      'https://example.com:8443',
      'x',
    ])
      expect(mayOpenOutside(url)).toBe(false);
  });

  it('[ELE-17] opens a provider’s page over https only, on any port', () => {
    expect(maySignInAt('https://login.example.com:8443/authorize?x=1')).toBe(true);
    for (const url of ['http://login.example.com', 'https://a:b@login.example.com', 'file:///etc/passwd', 'x'])
      expect(maySignInAt(url)).toBe(false);
  });

  it('[ELE-5] allows writing the clipboard and no other permission', () => {
    expect(mayUse('clipboard-sanitized-write')).toBe(true);
    for (const permission of ['clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal', 'fileSystem'])
      expect(mayUse(permission)).toBe(false);
  });
});
