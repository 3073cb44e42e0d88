// A quiet bar chart: grey bars, the selected one in accent. Owns the picture; the amounts it stands for are in the table beside it.
import type { AgCartesianChartOptions } from 'ag-charts-community';
import { AgCharts } from 'ag-charts-react';
import { useMemo } from 'react';
import { amountText } from '../../kit/index.ts';
import { pixels, tickText } from './chartFigures.ts';
import { horizontalGrid, quietAxis, quietFrame } from './chartParts.ts';
import { useChartColours } from './useChartColours.ts';

export interface Bar {
  readonly key: string;
  readonly label: string;
  /** Decimal text. */
  readonly amount: string;
}

export interface BarPictureProps {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  readonly selected: string | null;
  readonly onSelect?: (key: string) => void;
}

export function BarPicture({ title, unit, bars, selected, onSelect }: BarPictureProps) {
  const colours = useChartColours();
  const options = useMemo<AgCartesianChartOptions>(
    () => ({
      ...quietFrame(),
      data: bars.map((bar) => ({ ...bar, height: pixels(bar.amount) })),
      series: [
        {
          type: 'bar',
          xKey: 'label',
          yKey: 'height',
          showInLegend: false,
          fill: colours.bar,
          strokeWidth: 0,
          cornerRadius: 2,
          itemStyler: ({ datum }) => (datum.key === selected ? { fill: colours.accent } : {}),
          tooltip: {
            renderer: ({ datum }) => ({ data: [{ label: datum.label, value: `${unit} ${amountText(datum.amount)}` }] }),
          },
          ...(onSelect === undefined
            ? {}
            : { listeners: { seriesNodeClick: ({ datum }: { datum: Bar }) => onSelect(datum.key) } }),
        },
      ],
      axes: {
        x: {
          type: 'category',
          position: 'bottom',
          gridLine: { enabled: false },
          paddingInner: 0.35,
          ...quietAxis(colours),
        },
        y: {
          type: 'number',
          position: 'left',
          ...horizontalGrid(colours),
          ...quietAxis(colours),
          label: { ...quietAxis(colours).label, formatter: ({ value }) => tickText(value) },
        },
      },
    }),
    [bars, selected, unit, colours, onSelect],
  );
  return (
    <figure className="picture" aria-label={`${title}, ${unit}. The table above has the amounts.`}>
      <figcaption className="section-title">
        {title} <span className="muted regular">{unit}</span>
      </figcaption>
      <div className="picture-area">
        <AgCharts options={options} className="picture-canvas" />
      </div>
    </figure>
  );
}
