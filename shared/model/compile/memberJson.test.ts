import { describe, expect, it } from 'vitest';
import { checkJsonTerm, JSON_MEMBERS, jsonTermName, nextJsonKey } from './memberJson.ts';
import { versionOverlayKey } from './overlay.ts';

const problemsOf = (key: string, text: string) => {
  const read = checkJsonTerm(key, text);
  return read.ok ? [] : read.problems.map(({ path, text: words }) => `${path}: ${words}`);
};
const GUARANTEE = versionOverlayKey('guarantees', 0);

describe('terms written as JSON', () => {
  it('[DOC-49] every example that is offered is an entry of its list', () => {
    for (const { member, example } of JSON_MEMBERS)
      expect(problemsOf(versionOverlayKey(member, 0), JSON.stringify(example)), member).toEqual([]);
  });

  it('[DOC-49] an entry is written in one canonical form', () => {
    expect(checkJsonTerm(GUARANTEE, '{ "id": "g",\n "due": [{"date":"2026-01-15", "amount":"1.00"}] }')).toEqual({
      ok: true,
      canonical: '{"due":[{"amount":"1.00","date":"2026-01-15"}],"id":"g"}',
    });
  });

  it('[DOC-49] what is wrong is said with its path and a cure', () => {
    expect(problemsOf(GUARANTEE, '')).toEqual([': Write one entry as JSON.']);
    expect(problemsOf(GUARANTEE, '{\n  "id": "g",\n  oops')).toEqual([': This is not JSON yet, line 3, column 3.']);
    expect(problemsOf(GUARANTEE, '{"id": "g"')[0]).toContain('line 1, column 11');
    expect(
      problemsOf(GUARANTEE, '{"id":"g","due":[{"date":"2026-01-15","amount":12.5}],"of":1,"offsets":"UP"}'),
    ).toEqual([
      'due[0].amount: Write it as text in quotes: "12.5".',
      'offsets: Use one of "DRAW", "BOTH_WAYS".',
      ': "of" is not known here. Remove it, or correct its name.',
    ]);
    expect(problemsOf(GUARANTEE, '{"id":"g"}')).toEqual(['due: This is missing.']);
    expect(problemsOf('model.version.wishes.1', '{}')).toEqual([': A contract has no list that is called wishes.']);
    expect(problemsOf('model.lines.r-000000000001', '[]')[0]).toContain('Write an object');
    expect(problemsOf('model.version.constructor', '{}')[0]).toContain('no list');
  });

  it('[DOC-49] entries are named and numbered as people count them', () => {
    expect(jsonTermName(versionOverlayKey('rateRules', 1))).toBe('Rate rule 2');
    expect(jsonTermName('currency')).toBeNull();
    expect(nextJsonKey('guarantees', ['currency', null])).toBe('model.version.guarantees.1');
    expect(nextJsonKey('guarantees', [versionOverlayKey('guarantees', 0), versionOverlayKey('guarantees', 4)])).toBe(
      'model.version.guarantees.6',
    );
  });
});
