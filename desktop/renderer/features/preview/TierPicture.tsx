// Gross of one line by its units: the curve, orange dashes where it jumps, the line's own point in accent.
import type { AgCartesianChartOptions, AgLineSeriesOptions } from 'ag-charts-community';
import { AgCharts } from 'ag-charts-react';
import { useMemo } from 'react';
import { amountText } from '../../kit/index.ts';
import { pixels, segmentPixels, tickText } from './chartFigures.ts';
import { horizontalGrid, quietAxis, quietFrame } from './chartParts.ts';
import type { TierCurve } from './tierCurve.ts';
import { useChartColours } from './useChartColours.ts';

export interface TierPictureProps {
  readonly curve: TierCurve;
  /** "Line 8". */
  readonly lineName: string;
  /** Units of the line, decimal text. */
  readonly quantity: string;
  /** Exact gross of the line, decimal text. */
  readonly gross: string;
  readonly unit: string;
  readonly currency: string;
}

export function TierPicture({ curve, lineName, quantity, gross, unit, currency }: TierPictureProps) {
  const colours = useChartColours();
  const options = useMemo<AgCartesianChartOptions>(() => {
    const line = (data: { x: number; y: number }[], style: Partial<AgLineSeriesOptions> = {}): AgLineSeriesOptions => ({
      type: 'line',
      data,
      xKey: 'x',
      yKey: 'y',
      showInLegend: false,
      stroke: colours.ink,
      strokeWidth: 1.5,
      marker: { enabled: false },
      tooltip: { enabled: false },
      ...style,
    });
    return {
      ...quietFrame(),
      series: [
        ...curve.segments.map((segment) => line(segmentPixels(segment))),
        ...curve.cliffs.map((cliff) =>
          line(segmentPixels(cliff.segment), { stroke: colours.warn, strokeWidth: 2, lineDash: [3, 3] }),
        ),
        line([{ x: pixels(quantity), y: pixels(gross) }], {
          marker: { enabled: true, size: 9, fill: colours.accent, stroke: colours.surface, strokeWidth: 1.5 },
        }),
      ],
      axes: {
        x: {
          type: 'number',
          position: 'bottom',
          min: 0,
          nice: false,
          gridLine: { enabled: false },
          ...quietAxis(colours),
          label: { ...quietAxis(colours).label, formatter: ({ value }) => tickText(value) },
        },
        y: {
          type: 'number',
          position: 'left',
          min: 0,
          ...horizontalGrid(colours),
          ...quietAxis(colours),
          label: { ...quietAxis(colours).label, formatter: ({ value }) => tickText(value) },
        },
      },
    };
  }, [curve, quantity, gross, colours]);
  const cliff = curve.cliffs.findLast((each) => each.falls) ?? curve.cliffs.at(-1);
  return (
    <figure className="picture" aria-label={`Gross by ${unit} for ${lineName}. The trace has the amounts.`}>
      <figcaption className="section-title">
        Gross by {unit}, one line <span className="muted regular">{currency}</span>
        <span className="grow" />
        <span className="picture-key">
          <i className="key-dot" />
          {lineName}
        </span>
        {cliff !== undefined && (
          <span className="picture-key warn">
            <i className="key-dash" />
            {amountText(cliff.before)} {cliff.falls ? 'falls' : 'jumps'} to {amountText(cliff.after)}
          </span>
        )}
      </figcaption>
      <div className="picture-area">
        <AgCharts options={options} className="picture-canvas" />
      </div>
    </figure>
  );
}
