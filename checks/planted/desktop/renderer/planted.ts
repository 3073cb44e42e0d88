// Breaks an import direction on purpose: checks/importDirections.ts must see it.
import { main } from '../main/planted.ts';

export const planted = main;
