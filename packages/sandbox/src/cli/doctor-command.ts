import { Command } from 'commander';
import { doctor } from '../doctor/doctor.js';
import { exitCodes } from './exit-code.js';

const marks = { ok: 'ok     ', missing: 'missing', failed: 'FAILED ' };

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say which walls this machine has, what is missing, and what mends it.')
    .option('--json', 'for machines')
    .addHelpText('after', '\nExamples:\n  turnwise-sandbox doctor\n  turnwise-sandbox doctor --json')
    .action(async ({ json }: { json?: boolean }) => {
      const diagnosis = await doctor();
      if (json) console.log(JSON.stringify(diagnosis));
      else {
        for (const { name, status, detail, remedy } of diagnosis.checks) {
          console.log(`${marks[status]}  ${name}: ${detail}${remedy === undefined ? '' : `\n         ${remedy}`}`);
        }
      }
      process.exitCode = diagnosis.works ? exitCodes.ok : exitCodes.failed;
    });
}
