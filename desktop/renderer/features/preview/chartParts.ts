// What every picture of a statement shares: registered chart modules, axes and an empty frame. Must not know statements.
import {
  type AgCartesianAxisLabelOptions,
  type AgCartesianChartOptions,
  AllCommunityModule,
  ModuleRegistry,
} from 'ag-charts-community';
import { styleNonce } from '../../grid/modules.ts';
import type { ChartColours } from './useChartColours.ts';

ModuleRegistry.registerModules([AllCommunityModule]);

const FONT = 'Inter Variable';
const SMALL = 11;

/** Labels in secondary text; no axis line, no ticks. */
export function quietAxis(colours: ChartColours): {
  label: AgCartesianAxisLabelOptions;
  line: { enabled: false };
  tick: { enabled: false };
} {
  return {
    label: { color: colours.text, fontSize: SMALL, fontFamily: FONT },
    line: { enabled: false },
    tick: { enabled: false },
  };
}

/** Horizontal hairlines only. */
export const horizontalGrid = (colours: ChartColours) => ({
  gridLine: { style: [{ stroke: colours.line, lineDash: [] as number[] }] },
});

/** Nothing moves, nothing is decorated; styles carry the page's nonce (DESIGN §11 rule 20). */
export function quietFrame(): Pick<
  AgCartesianChartOptions,
  'background' | 'padding' | 'legend' | 'animation' | 'styleNonce'
> {
  const nonce = styleNonce();
  return {
    background: { visible: false },
    padding: { left: 4, right: 12, top: 8, bottom: 0 },
    legend: { enabled: false },
    animation: { enabled: false },
    ...(nonce === undefined ? {} : { styleNonce: nonce }),
  };
}
