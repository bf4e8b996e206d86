import { Command, CommanderError, Option } from 'commander';
import { version } from '../../package.json';
import { metricNames } from '../../shared/insight-rule-report';
import { UserError } from '../../shared/problem';
import { problemsOf } from '../engine/door';
import { type EventsOptions, eventsCommand } from './commands/events';
import { groupsCommand } from './commands/groups';
import { ingestCommand } from './commands/ingest';
import { type MetricOptions, metricCommand } from './commands/metric';
import { type ReportOptions, reportCommand } from './commands/report';
import {
  checkCommand,
  deleteCommand,
  listCommand,
  putCommand,
  samplesCommand,
  setStateCommand,
  showCommand,
} from './commands/rules';
import { type Context, createContext, printProblems } from './context';
import { type ExitCode, exitCode, exitFor } from './exit';
import { parseTimeOption, parseWholeOption } from './times';

/**
 * The command line: `docs/cli.md`.
 * @param args without the program's own name
 * @returns the exit status
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const stopping = new AbortController();
  let stoppedBy: NodeJS.Signals = 'SIGINT';
  const stop = (signal: NodeJS.Signals) => {
    stoppedBy = signal;
    stopping.abort();
  };
  for (const signal of endingSignals) process.once(signal, stop);
  watchStreams();
  let status: ExitCode = exitCode.done;
  const program = createProgram(stopping.signal, (code) => {
    status = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? exitCode.done : exitCode.misuse;
    if (stopping.signal.aborted) {
      process.stderr.write('Stopped. What was committed is kept.\n');
      // Taken again without a listener, so that the shell sees what ended the process.
      process.kill(process.pid, stoppedBy);
      return exitCode.failed;
    }
    const problems = problemsOf(cause, args[0] ?? '');
    printProblems(problems);
    return cause instanceof UserError ? exitFor(problems) : exitCode.failed;
  } finally {
    for (const signal of endingSignals) process.removeListener(signal, stop);
  }
}

function createProgram(signal: AbortSignal, finish: (code: ExitCode) => void): Command {
  const program = new Command('contributor-insights')
    .description(
      'Finds who contributes most to what your logs record, by the rules of CloudWatch Contributor Insights.',
    )
    .version(version)
    .option('--quiet', 'no progress and no warnings')
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true });
  const run = async (command: (context: Context) => Promise<ExitCode>) =>
    finish(await command(createContext(signal, version, program.opts<{ quiet?: boolean }>().quiet ?? false)));
  addReport(program, run);
  program
    .command('ingest')
    .description('loads logs into a workspace')
    .requiredOption('--workspace <file>', 'workspace file; made where there is none')
    .requiredOption('--logs <path...>', 'files or folders; PATH=GROUP names the log group')
    .option('--watch', 'keeps loading what is appended, until Ctrl-C', false)
    .addOption(outputOption(['table', 'json']))
    .action((options) => run((context) => ingestCommand(context, options)));
  program
    .command('groups')
    .description('log groups of a workspace with their fields, types and example values')
    .requiredOption('--workspace <file>', 'workspace file')
    .addOption(outputOption(['table', 'json']))
    .action((options) => run((context) => groupsCommand(context, options)));
  program
    .command('events')
    .description('events of a log group as they stand in their files')
    .requiredOption('--workspace <file>', 'workspace file')
    .requiredOption('--log-group <name>', 'log group')
    .option('--where <field=value...>', 'only events whose field has this value; all conditions must hold')
    .option('--limit <n>', 'events to list, 1 to 1,000,000', parseWholeOption(1, 1_000_000), 100)
    .addOption(outputOption(['table', 'json', 'csv']))
    .action((options: EventsOptions) => run((context) => eventsCommand(context, options)));
  program
    .command('metric')
    .description('metric math over rules: percentages, rates and the like, a value a period')
    .requiredOption('--workspace <file>', 'workspace file')
    .requiredOption('--expression <expression...>', 'ID=EXPR or EXPR; one can use the IDs of those before it')
    .option('--start-time <time>', 'first moment: ISO 8601, an epoch, -3h or now', parseTimeOption)
    .option('--end-time <time>', 'moment after the last', parseTimeOption)
    .option('--period <seconds>', 'length of a period', parseWholeOption(1, 31_536_000), 60)
    .addOption(outputOption(['table', 'json', 'csv']))
    .action((options: MetricOptions) => run((context) => metricCommand(context, options)));
  addRules(program, run);
  return program;
}

type Run = (command: (context: Context) => Promise<ExitCode>) => Promise<void>;

function addReport(program: Command, run: Run): void {
  program
    .command('report')
    .description('one report: who contributed most')
    .option('--rule <file|name>', 'rule file, rule of the workspace or sample rule')
    .option('--logs <path...>', 'files or folders; PATH=GROUP names the log group')
    .option('--sample', 'report on the sample logs')
    .option('--workspace <file>', 'workspace file; without it a temporary one')
    .option('--start-time <time>', 'first moment: ISO 8601, an epoch, -3h or now', parseTimeOption)
    .option('--end-time <time>', 'moment after the last', parseTimeOption)
    .option('--period <seconds>', 'length of a period', parseWholeOption(1, 31_536_000), 60)
    .option('--max-contributor-count <n>', 'contributors to list, 1 to 10,000', parseWholeOption(1, 10_000), 10)
    .addOption(new Option('--order-by <statistic>', 'rank by').choices(['Sum', 'Maximum']).default('Sum'))
    .addOption(new Option('--metrics <metric...>', 'metrics a period, for JSON').choices([...metricNames]))
    .addOption(
      new Option('--unique <mode>', 'how contributors are counted').choices(['exact', 'approximate']).default('exact'),
    )
    .addOption(outputOption(['table', 'json', 'csv', 'html', 'parquet']))
    .option('--redact <field...>', 'keys whose values are replaced by pseudonyms')
    .option('--names <file>', 'CSV of addresses, ranges or account numbers and their names, shown beside them')
    .option('--output-file <file>', 'write there instead of to stdout')
    .action((options: ReportOptions) => run((context) => reportCommand(context, options)));
}

function addRules(program: Command, run: Run): void {
  const rules = program.command('rules').description('checks, lists and keeps rules');
  rules
    .command('check <file...>')
    .description('says what is wrong with rule files, a line a problem')
    .option('--strict', 'refuse what AWS does not accept', false)
    .action((files: string[], { strict }: { strict: boolean }) =>
      run((context) => checkCommand(context, files, strict)),
    );
  rules
    .command('samples [name]')
    .description('the sample rules, or the body of one')
    .addOption(outputOption(['table', 'json']))
    .action((name: string | undefined, { output }) => run((context) => samplesCommand(context, name, output)));
  rules
    .command('put <name>')
    .description('adds or replaces a rule')
    .requiredOption('--definition <file>', 'rule file')
    .option('--disabled', 'keep it, but switched off', false)
    .requiredOption('--workspace <file>', 'workspace file')
    .action((name: string, options) => run((context) => putCommand(context, name, options)));
  rules
    .command('list')
    .description('the rules of a workspace')
    .requiredOption('--workspace <file>', 'workspace file')
    .addOption(outputOption(['table', 'json']))
    .action((options) => run((context) => listCommand(context, options)));
  const onNames = (
    verb: string,
    description: string,
    command: (context: Context, names: readonly string[], workspace: string) => Promise<ExitCode>,
  ) =>
    rules
      .command(`${verb} <name...>`)
      .description(description)
      .requiredOption('--workspace <file>', 'workspace file')
      .action((names: string[], { workspace }: { workspace: string }) =>
        run((context) => command(context, names, workspace)),
      );
  onNames('show', 'the bodies of rules', showCommand);
  onNames('delete', 'takes rules out of a workspace', deleteCommand);
  onNames('enable', 'switches rules on', (context, names, workspace) =>
    setStateCommand(context, names, 'ENABLED', workspace),
  );
  onNames('disable', 'switches rules off', (context, names, workspace) =>
    setStateCommand(context, names, 'DISABLED', workspace),
  );
}

function outputOption(choices: string[]): Option {
  return new Option('--output <form>', 'form of the result').choices(choices).default('table');
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let areStreamsWatched = false;

/**
 * The reader of a pipe may stop early (`| head`): that is no failure. Anything else that keeps the result from being
 * written is. The listeners stay: such an error comes after the command is over.
 */
function watchStreams(): void {
  if (areStreamsWatched) return;
  areStreamsWatched = true;
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') process.exit(exitCode.done);
    process.stderr.write(`stdout: The result can't be written (${cause.code ?? cause.message}).\n`);
    process.exit(exitCode.failed);
  });
}
