import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/overlays.css';
import './styles/report.css';
import { mount } from 'svelte';
import Window from './Window.svelte';

mount(Window, { target: document.body, props: { bridge: window.bridge } });
