/** Every model of the head of `rating.json`, by name. Must not: hold a model itself. */
import { AMOUNT_MODELS } from './ratingAmounts.ts';
import { PRICE_MODELS } from './ratingPrices.ts';
import { USAGE_MODELS } from './ratingUsage.ts';
import type { Model } from './ratingVector.ts';

export const RATING_MODELS: Readonly<Record<string, Model>> = { ...PRICE_MODELS, ...USAGE_MODELS, ...AMOUNT_MODELS };
