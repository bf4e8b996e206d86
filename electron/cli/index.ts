#!/usr/bin/env node
import { runCommandLine } from './main';

runCommandLine(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
