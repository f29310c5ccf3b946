import type { ParsedToolCall, ToolResult, Turn } from '@turnwise/trajectory';
import type { ShownTrajectory } from '../train-observer.js';
import { printable } from './printable.js';

/**
 * A whole trajectory as lines to read: the prompt, then of each turn what the policy wrote, what was made of it, what
 * the tools answered and the turn's rewards by part; at the end the answer and its outcome.
 */
export function trajectoryText(shown: ShownTrajectory): readonly string[] {
  const { task, trajectory, correct, expected } = shown;
  const turns = trajectory.turns.length;
  const answer = trajectory.answer === null ? 'no answer' : `answer ${printable(trajectory.answer)}`;
  const wanted = correct || expected === undefined ? '' : `, expected ${printable(expected)}`;
  return [
    `task ${task.id} (${task.family})`,
    ...task.prompt.flatMap(({ role, content }) => labelled(role, content)),
    ...trajectory.turns.flatMap((turn, index) => turnText(shown, turn, index)),
    `${answer}: ${correct ? 'right' : 'wrong'}${wanted} (${trajectory.stopReason}, ${turns === 1 ? '1 turn' : `${turns} turns`})`,
  ];
}

function turnText({ turnRewards }: ShownTrajectory, { action, observation }: Turn, index: number): string[] {
  return [
    ...labelled(`turn ${index + 1}`, action.message.content),
    ...action.message.toolCalls.flatMap(callText),
    ...(observation?.message.results ?? []).flatMap(resultText),
    ...(turnRewards === undefined ? [] : [`    reward  ${rewardText(turnRewards, index)}`]),
  ];
}

function callText(parsed: ParsedToolCall): string[] {
  switch (parsed.status) {
    case 'valid':
      return [];
    case 'invalid':
      return labelled('  invalid', `${parsed.reason}: ${parsed.message}`);
    default:
      return parsed satisfies never;
  }
}

function resultText({ status, text }: ToolResult): string[] {
  return labelled(status === 'ok' ? '  tool' : `  tool ${status}`, text);
}

function rewardText(parts: NonNullable<ShownTrajectory['turnRewards']>, turn: number): string {
  return Object.entries(parts)
    .map(([part, values]) => `${part} ${Number((values[turn] ?? 0).toFixed(3))}`)
    .join(', ');
}

/** The label before the first line, the others under its text. */
function labelled(label: string, text: string): string[] {
  return printable(text)
    .split('\n')
    .map((line, index) => `  ${index === 0 ? `${label}  ` : ' '.repeat(label.length + 2)}${line}`.trimEnd());
}
