/**
 * Embeds the codes of one group. Given together, so that an embedding can weigh a token by how rare it is in the group
 * and a remote one needs a single request. The codes are distinct and not blank.
 *
 * @returns one vector per code, in order, all of the same length and finite.
 */
export type Embedding = (
  codes: readonly string[],
) => readonly ArrayLike<number>[] | Promise<readonly ArrayLike<number>[]>;
