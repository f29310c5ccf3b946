export type { CodeRunner } from './code-runner.js';
export { decodeTrajectory } from './decode-trajectory.js';
export { encodeTrajectory, trajectoryLine } from './encode-trajectory.js';
export type { ActionMessage, ObservationMessage, PromptMessage } from './message.js';
export type { Renderer } from './renderer.js';
export type { SampledAction, SampleKey, SampleRequest, Sampler, SequenceSampler, Truncation } from './sampler.js';
export type { Task } from './task.js';
export type {
  InvalidToolCallReason,
  ParsedToolCall,
  ToolCall,
  ToolDefinition,
  ToolProvider,
  ToolResult,
  ToolSession,
} from './tool.js';
export type { Action, Observation, Slot, StopReason, Trajectory, TrajectoryGroup, Turn } from './trajectory.js';
export { TRAJECTORY_FORMAT_VERSION, type TrajectoryLine, trajectoryJsonSchema } from './trajectory-line.js';
export type { TrajectoryRecord, TurnRewardRecord } from './trajectory-record.js';
