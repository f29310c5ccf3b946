/** The tags of the tagged format, in the order of their ids. */
export const TAGS = [
  '<user>',
  '</user>',
  '<call>',
  '</call>',
  '<result>',
  '</result>',
  '<answer>',
  '</answer>',
] as const;
