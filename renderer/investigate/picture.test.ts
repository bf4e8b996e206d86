import { expect, test } from 'vitest';
import { standAlone } from '../charts/stack';
import { layOutChart, type PictureChart, printSvg } from './picture';

const chart: PictureChart = {
  title: 'Top 2 of 5 unique contributors',
  subtitle: '19 Nov 2026, 06:00 – 06:03 UTC',
  unit: 'events per 1 min',
  times: [0, 60_000, 120_000],
  periodMs: 60_000,
  xMin: 0,
  xMax: 120_000,
  yTicks: [0, 5, 10],
  gaps: [],
  series: [
    { label: 'a', band: band([1, null, 3]), kind: 'line', colour: '#112233', alpha: 1, dash: [] },
    { label: 'b', band: band([5, 6, 10]), kind: 'area', colour: '#445566', alpha: 0.5, dash: [] },
  ],
  zone: 'utc',
  colours: { surface: '#ffffff', text: '#000000', muted: '#555555', grid: '#eeeeee', axis: '#bbbbbb' },
};

function band(values: (number | null)[]) {
  const [one] = standAlone([values]);
  return one ?? { base: [], top: [] };
}

test('names with markup, quotes and control characters stay text in an SVG', () => {
  const label = `"><script>alert(1)</script><image href='x' onerror="y"/>\u0000\u0007&`;
  const svg = printSvg(layOutChart({ ...chart, title: label, series: chart.series.map((one) => ({ ...one, label })) }));
  expect(svg).not.toMatch(/<script|<image|onerror="|(?!\n)\p{Cc}/u);
  expect(svg).toContain('&quot;&gt;&lt;script&gt;');
});

test('each series has its line, its name and its colour, and a gap breaks the line', () => {
  const svg = printSvg(layOutChart(chart));
  expect(svg.match(/stroke="#112233"/g)).toHaveLength(2);
  expect(svg.match(/stroke="#445566"/g)).toHaveLength(1);
  expect(svg).toContain('>a</text>');
  expect(svg).toContain('>b</text>');
  expect(svg).toContain('>events per 1 min</text>');
});

test('a single series needs no legend, and bars stand on their zero', () => {
  const series = [
    { label: 'share', band: band([0, 5, 10]), kind: 'bar' as const, colour: '#123456', alpha: 1, dash: [] },
  ];
  const picture = layOutChart({ ...chart, series });
  const bars = picture.shapes.find((shape) => shape.kind === 'path' && shape.fill === '#123456');
  expect(bars?.kind === 'path' && bars.d.match(/M/g)).toHaveLength(2);
  expect(picture.shapes.some((shape) => shape.kind === 'text' && shape.text === 'share')).toBe(false);
});
