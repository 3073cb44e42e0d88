import { expect, it } from 'vitest';
import { byText } from './textOrder.ts';

it('[BILL-2] texts stand by code unit, alike on every machine; equal ones are equal', () => {
  expect([byText('a', 'b'), byText('b', 'a'), byText('a', 'a')]).toEqual([-1, 1, 0]);
  expect(['ä', 'b', 'Z', 'a', ''].sort(byText)).toEqual(['', 'Z', 'a', 'b', 'ä']);
});
