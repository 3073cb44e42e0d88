// Breaks two import directions on purpose: checks/importDirections.ts must see both.
import { readFileSync } from 'node:fs';
import { billing } from '../billing/planted.ts';

export const planted = [readFileSync, billing];
