import { ROOT, readPins } from '../setup/project.mjs';
import { baseEnvironment } from '../setup/tool-environment.mjs';
import { installTool, isToolInstalled, nodeTool } from '../setup/tools.mjs';

/** The oldest Node that `engines` promises. */
export const OLDEST_NODE = '22.12.0';

/** The Nodes that packages are tried on: the oldest promised one, and the one that the repository is worked on with. */
export const TESTED_NODES = [OLDEST_NODE, readPins(ROOT).node];

/**
 * The program of a Node of this version, installed into the cache if it is not there.
 *
 * @param {string} version
 */
export async function nodeBinary(version) {
  const tool = nodeTool(version);
  if (!isToolInstalled(tool)) {
    process.stderr.write(`Installing ${tool.name}\n`);
    await installTool(tool, { env: baseEnvironment() });
  }
  return tool.binary;
}
