export type { CodeRunner } from './code-runner.js';
export type { ActionMessage, ObservationMessage, PromptMessage } from './message.js';
export type { Renderer } from './renderer.js';
export type { SampledAction, SampleKey, SampleRequest, Sampler, SequenceSampler } from './sampler.js';
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
