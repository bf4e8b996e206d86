/**
 * What makes an exported page sort, hover and zoom. It runs as it stands, without anything else, in any browser of the
 * last years. Data comes from the JSON block of the page; text only ever becomes text.
 */
export const pageScript = `
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  // Null: there is no figure.
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.value === undefined) return cell.textContent;
    return cell.dataset.value === '' ? null : Number(cell.dataset.value);
  };
  const makeSortable = (table) => {
    const body = table.tBodies[0];
    const headings = [...table.tHead.rows[0].cells];
    const sortBy = (column) => {
      const heading = headings[column];
      const down = heading.getAttribute('aria-sort') !== 'descending';
      for (const other of headings) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column) }));
      const known = rows.filter(({ value }) => value !== null);
      known.sort((a, b) => compare(a.value, b.value) * (down ? -1 : 1));
      // What has no figure comes last, either way.
      body.append(...[...known, ...rows.filter(({ value }) => value === null)].map(({ row }) => row));
    };
    headings.forEach((heading, column) => heading.querySelector('button').addEventListener('click', () => sortBy(column)));
  };
  for (const table of document.querySelectorAll('table.ranking')) makeSortable(table);

  const space = 'http://www.w3.org/2000/svg';
  const make = (name, attributes, parent) => {
    const node = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
    parent.append(node);
    return node;
  };
  const tip = document.querySelector('.tip');
  const reset = document.querySelector('.reset');
  const frame = { left: 64, top: 12, right: 12, bottom: 28, width: 960 };
  const iso = (ms) => new Date(ms).toISOString();
  const scales = [[1e15, 'P'], [1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];
  const number = (value) => value.toLocaleString('en-US', { maximumFractionDigits: 3 });
  const compact = (value) => {
    const [by, unit] = scales.find(([from]) => Math.abs(value) >= from) ?? [1, ''];
    return number(value / by) + (unit === '' ? '' : ' ' + unit);
  };
  // What is shown, the same in all charts: milliseconds, of the epoch or from the start of each chart. Null: all.
  let shown = null;
  const charts = [];
  const drawAll = () => {
    for (const chart of charts) chart.draw();
    reset.hidden = shown === null;
  };

  const startChart = (svg, { startMs, periodSeconds, series: all, limit }) => {
    const height = svg.viewBox.baseVal.height;
    const origin = data.inStep === 'start' ? startMs[0] : 0;
    const length = startMs.length;
    let view = { from: 0, to: length };
    let chosen = null;
    const days = new Set([startMs[0], startMs[length - 1]].map((ms) => iso(ms).slice(0, 10)));
    const seconds = periodSeconds % 60 === 0 ? 16 : 19;
    const moment = (ms) => iso(ms).slice(0, seconds).replace('T', ' ');
    const clock = (ms) => (days.size > 1 ? moment(ms) : iso(ms).slice(11, seconds));
    const x = (index) =>
      frame.left + ((index - view.from + 0.5) / (view.to - view.from)) * (frame.width - frame.left - frame.right);
    const indexAt = (event) => {
      const box = svg.getBoundingClientRect();
      const at = ((event.clientX - box.left) / box.width) * frame.width - frame.left;
      const share = at / (frame.width - frame.left - frame.right);
      return Math.max(view.from, Math.min(view.to - 1, Math.floor(view.from + share * (view.to - view.from))));
    };
    const findView = () => {
      if (shown === null) return { from: 0, to: length };
      const from = startMs.findIndex((ms) => ms - origin + periodSeconds * 1000 > shown.from);
      const to = startMs.findIndex((ms) => ms - origin >= shown.to);
      return { from: from < 0 ? length : from, to: to < 0 ? length : to };
    };
    const listShown = () => {
      const { from, to } = findView();
      const values = all.flatMap((series) => series.values.slice(from, to)).filter((value) => value !== null);
      return limit === null ? values : [...values, limit];
    };
    const draw = () => {
      view = findView();
      svg.replaceChildren();
      if (view.to <= view.from) {
        make('text', { x: frame.width / 2, y: height / 2, class: 'middle' }, svg).textContent = 'Nothing at this time';
        return;
      }
      // Side by side, two stretches of time have one scale.
      const values = data.inStep === 'start' ? charts.flatMap((chart) => chart.listShown()) : listShown();
      const most = values.reduce((a, b) => Math.max(a, b), 0) || 1;
      const least = values.reduce((a, b) => Math.min(a, b), 0);
      const rough = (most - least) / (height < 220 ? 2 : 4);
      const power = 10 ** Math.floor(Math.log10(rough));
      const step = power * ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10);
      const highest = Math.ceil(most / step) * step;
      const lowest = Math.floor(least / step) * step;
      const bottom = height - frame.bottom;
      const y = (value) => bottom - ((value - lowest) / (highest - lowest)) * (bottom - frame.top);
      for (let value = lowest; value <= highest + step / 2; value += step) {
        make('line', { x1: frame.left, x2: frame.width - frame.right, y1: y(value), y2: y(value), class: 'grid' }, svg);
        make('text', { x: frame.left - 8, y: y(value) + 4, class: 'end' }, svg).textContent = compact(Number(value.toPrecision(12)));
      }
      for (let tick = 0; tick <= 4; tick++) {
        const index = Math.min(view.to - 1, Math.floor(view.from + ((view.to - view.from - 1) * tick) / 4));
        const place = tick === 0 ? 'start' : tick === 4 ? 'end' : 'middle';
        make('text', { x: x(index), y: height - 8, class: place }, svg).textContent = clock(startMs[index]);
      }
      // The first one is drawn last, above the others.
      [...all].reverse().forEach((series) => {
        let path = '';
        let pen = 'M';
        for (let index = view.from; index < view.to; index++) {
          const value = series.values[index];
          if (value === null) pen = 'M';
          else {
            path += pen + x(index).toFixed(1) + ' ' + y(value).toFixed(1);
            if (pen === 'M') path += 'h0.01';
            pen = 'L';
          }
        }
        const faded = chosen !== null && chosen !== series.row ? ' faded' : '';
        make('path', { d: path, class: 'line s' + series.colour + faded }, svg);
      });
      if (limit !== null) make('line', { x1: frame.left, x2: frame.width - frame.right, y1: y(limit), y2: y(limit), class: 'limit' }, svg);
    };
    const clear = () => {
      for (const old of svg.querySelectorAll('.cursor')) old.remove();
    };
    // A line where another chart has the pointer.
    const point = (ms) => {
      clear();
      let index = -1;
      for (let at = view.from; at < view.to && startMs[at] - origin <= ms; at++) index = at;
      if (index < 0 || startMs[index] - origin + periodSeconds * 1000 <= ms) return;
      make('line', { x1: x(index), x2: x(index), y1: frame.top, y2: height - frame.bottom, class: 'cursor' }, svg);
    };
    let dragFrom = null;
    const showTip = (event) => {
      if (view.to <= view.from) return;
      const index = indexAt(event);
      for (const chart of charts) chart.point(startMs[index] - origin);
      if (dragFrom !== null) {
        const [a, b] = [x(Math.min(dragFrom, index)), x(Math.max(dragFrom, index))];
        make('rect', { x: a, y: frame.top, width: b - a, height: height - frame.bottom - frame.top, class: 'cursor brush' }, svg);
      }
      const lines = all
        .map((series) => ({ name: series.name, value: series.values[index] }))
        .filter(({ value }) => value !== null && value !== 0)
        .sort((a, b) => b.value - a.value);
      tip.replaceChildren();
      const head = document.createElement('strong');
      head.textContent = moment(startMs[index]) + ' UTC';
      tip.append(head);
      for (const { name, value } of lines) {
        const line = document.createElement('div');
        line.textContent = name + ': ' + number(value);
        tip.append(line);
      }
      tip.hidden = false;
      const left = event.clientX + 16 + tip.offsetWidth > innerWidth ? event.clientX - 16 - tip.offsetWidth : event.clientX + 16;
      tip.style.left = Math.max(0, left) + scrollX + 'px';
      tip.style.top = event.clientY + scrollY + 16 + 'px';
    };
    svg.addEventListener('pointermove', showTip);
    svg.addEventListener('pointerleave', () => {
      tip.hidden = true;
      for (const chart of charts) chart.clear();
    });
    svg.addEventListener('pointerdown', (event) => {
      if (view.to <= view.from) return;
      dragFrom = indexAt(event);
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener('pointerup', (event) => {
      const from = dragFrom;
      dragFrom = null;
      if (from === null) return;
      const end = indexAt(event);
      if (Math.abs(end - from) > 0) {
        const last = startMs[Math.max(from, end)] - origin;
        shown = { from: startMs[Math.min(from, end)] - origin, to: last + periodSeconds * 1000 };
      }
      drawAll();
    });
    svg.addEventListener('pointercancel', () => {
      dragFrom = null;
      tip.hidden = true;
      for (const chart of charts) chart.clear();
    });
    // The series of one row of the table stands out, null: none does. A chart that has none of it stays as it was drawn.
    const choose = (at) => {
      chosen = draws(at) ? at : null;
      draw();
    };
    const draws = (at) => all.some((series) => series.row === at);
    const chart = { draw, point, clear, listShown, choose, draws };
    charts.push(chart);
    return chart;
  };

  // The charts of a section have one table, and one row that is chosen.
  for (const section of document.querySelectorAll('section')) {
    const own = [];
    for (const svg of section.querySelectorAll('svg.chart')) {
      const chart = data.charts[Number(svg.dataset.chart)];
      if (chart.startMs.length > 0) own.push(startChart(svg, chart));
    }
    const body = section.querySelector('table.ranking tbody');
    let chosen = null;
    body?.addEventListener('click', (event) => {
      const row = event.target.closest('tr');
      const at = row === null ? -1 : Number(row.dataset.at);
      chosen = chosen === at || own.every((chart) => !chart.draws(at)) ? null : at;
      for (const other of body.rows) other.classList.toggle('chosen', chosen !== null && Number(other.dataset.at) === chosen);
      for (const chart of own) chart.choose(chosen);
    });
  }
  reset.addEventListener('click', () => {
    shown = null;
    drawAll();
  });
  drawAll();
})();
`;
