/** Colours of a picture, each another, so that a test sees which one was used. A `Palette`, without the window's types. */
export const plainPalette = {
  series: ['#112233'],
  other: '#888888',
  otherFill: '#999999',
  grid: '#eeeeee',
  axis: '#bbbbbb',
  text: '#555555',
  line: '#000000',
  surface: '#ffffff',
  sunken: '#f7f7f7',
  danger: '#cc0000',
  font: 'sans-serif',
  fillAlpha: 0.5,
};
