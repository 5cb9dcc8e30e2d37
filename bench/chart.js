'use strict';

// npm run bench -- --chart: docs/speed.svg, the times of a few workloads on Node 26, from results.json.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..');
const CHART_FILE = path.join(ROOT, 'docs', 'speed.svg');
const MAJOR = '26';
const ROWS = ['empty', 'two-ints', 'mixed-8', 'short-string-in', 'buffer-in', 'struct-value', 'decode-struct', 'int-out'];
const PEERS = { 'ristretto': '#c2410c', 'node:ffi': '#7c8aa5', 'addon': '#a8b3c7', 'koffi': '#475569' };
const WIDTH = 760;
const HEIGHT = 700;

/** ECharts, a dev dependency of this folder alone. */
function charts() {
  if (!fs.existsSync(path.join(__dirname, 'node_modules', 'echarts'))) {
    process.stderr.write('bench: installing echarts\n');
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: __dirname, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return require('echarts');
}

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

function drawChart() {
  const { nodes } = JSON.parse(fs.readFileSync(path.join(__dirname, 'results.json'), 'utf8'));
  const chart = charts().init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption(options(nodes.find(({ major }) => major === MAJOR)));
  fs.writeFileSync(CHART_FILE, `${chart.renderToSVGString()}\n`);
  chart.dispose();
  process.stderr.write(`bench: wrote ${path.relative(process.cwd(), CHART_FILE)}\n`);
}

module.exports = { drawChart };
