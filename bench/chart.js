'use strict';

// npm run bench -- --chart: docs/speed.svg, the times of a few workloads on Node 26, from results.json.

const fs = require('node:fs');
const path = require('node:path');
const { ensurePackages } = require('./packages.js');

const ROOT = path.join(__dirname, '..');
const CHART_FILE = path.join(ROOT, 'docs', 'speed.svg');
const MAJOR = '26';
const ROWS = ['empty', 'two-ints', 'mixed-8', 'short-string-in', 'buffer-in', 'struct-value', 'decode-struct', 'int-out'];
const PEERS = {
  'ristretto': '#c2410c',
  'node:ffi': '#7c8aa5',
  'bun': '#d6b98c',
  'deno': '#9ca98f',
  'addon': '#b6c0d3',
  'koffi': '#475569',
};
const WIDTH = 760;
const HEIGHT = 860;

const label = (ns) => (ns >= 1000 ? `${(ns / 1000).toFixed(1)} µs` : `${ns.toFixed(ns < 100 ? 1 : 0)} ns`);

function options({ version, rows }) {
  const shown = ROWS.map((name) => rows.find((row) => row.name === name)).reverse(); // the axis grows upwards
  const peers = Object.keys(PEERS).filter((peer) => shown.some((row) => row.ns[peer]));
  return {
    backgroundColor: '#ffffff',
    animation: false,
    title: {
      text: 'Nanoseconds per call, less is better',
      subtext: `Node.js ${version}; logarithmic scale; medians of npm run bench -- --all`,
      left: 16,
      top: 12,
      textStyle: { fontSize: 17, color: '#111827' },
      subtextStyle: { fontSize: 12, color: '#4b5563' },
    },
    legend: { top: 16, right: 16, data: peers, textStyle: { fontSize: 12, color: '#111827' } },
    grid: { left: 215, right: 60, top: 76, bottom: 36 },
    xAxis: { type: 'log', min: 1, axisLabel: { color: '#4b5563' }, splitLine: { lineStyle: { color: '#e5e7eb' } } },
    yAxis: {
      type: 'category',
      data: shown.map(({ title }) => title),
      axisTick: { show: false },
      axisLabel: { fontSize: 12, color: '#111827', width: 200, overflow: 'break' },
    },
    series: peers.map((peer) => ({
      name: peer,
      type: 'bar',
      barGap: '12%',
      barCategoryGap: '24%',
      itemStyle: { color: PEERS[peer] },
      data: shown.map(({ ns }) => ns[peer]?.median ?? null),
      label: {
        show: true,
        position: 'right',
        distance: 4,
        fontSize: 10,
        color: '#374151',
        formatter: ({ value }) => (value === null || value === undefined ? '' : label(value)),
      },
    })),
  };
}

function drawChart(note) {
  if (!ensurePackages(note)) throw new Error('the chart is drawn with echarts');
  const { nodes } = JSON.parse(fs.readFileSync(path.join(__dirname, 'results.json'), 'utf8'));
  const chart = require('echarts').init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption(options(nodes.find(({ major }) => major === MAJOR)));
  fs.writeFileSync(CHART_FILE, `${chart.renderToSVGString()}\n`);
  chart.dispose();
  note(`wrote ${path.relative(process.cwd(), CHART_FILE)}`);
}

module.exports = { drawChart };
