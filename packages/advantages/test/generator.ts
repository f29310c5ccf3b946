/** Lehmer's generator with a fixed start. */
export function generator(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
