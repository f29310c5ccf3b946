"""The peer of the estimators: verl's own functions on padded rows, and GTPO in PyTorch, which verl does not have."""

import numpy as np
import torch

from protocol import job, memory, serve, timed

TOLD = 64


class Config(dict):
    """What verl's functions read of a configuration."""

    __getattr__ = dict.get


def main():
    task = job()
    torch.set_num_threads(task["threads"])
    rows = padded(task)
    call, work = ESTIMATORS[task["estimator"]](task, rows)
    work()
    versions = {"torch": torch.__version__}
    if not call.startswith("PyTorch"):
        import verl

        versions["verl"] = verl.__version__
    ready = {"call": call, "versions": versions, "threads": torch.get_num_threads(), "parameters": 0}
    # GAE of verl leaves numbers on the tokens of the environment, which no loss reads.
    told = lambda _request: {"rows": (work() * rows["mask"])[:TOLD].flatten().tolist()}
    serve(ready, {"sample": timed(work), "rows": told, "memory": memory})


def padded(task):
    """Rows `[trajectories, tokens]`: rewards on the last action token of each turn, mask, values, group of each row."""
    n, turns, actions, written = (task[k] for k in ("trajectories", "turns", "actionTokens", "observationTokens"))
    width = actions + written
    turn_rewards = pseudo_random(n * turns).view(n, turns)
    mask = torch.zeros(n, turns, width)
    mask[:, :, :actions] = 1
    rewards = torch.zeros(n, turns, width)
    rewards[:, :, actions - 1] = turn_rewards
    values = torch.zeros(n, turns, width)
    values[:, :, :actions] = pseudo_random(n * turns * actions).view(n, turns, actions)
    flat = lambda x: x.view(n, turns * width)
    return {
        "turn_rewards": turn_rewards,
        "rewards": flat(rewards),
        "mask": flat(mask),
        "values": flat(values),
        "index": np.repeat(np.arange(n // task["groupSize"]), task["groupSize"]),
    }


def pseudo_random(count):
    return ((torch.arange(count) * 7919 + 13) % 1024).float() / 1024


def grpo(_task, r):
    from verl.trainer.ppo.core_algos import compute_grpo_outcome_advantage as f

    return "compute_grpo_outcome_advantage", lambda: f(r["rewards"], r["mask"], r["index"])[0]


def rloo(_task, r):
    from verl.trainer.ppo.core_algos import compute_rloo_outcome_advantage as f

    return "compute_rloo_outcome_advantage", lambda: f(r["rewards"], r["mask"], r["index"])[0]


def reinforce_baseline(_task, r):
    from verl.trainer.ppo.core_algos import compute_reinforce_plus_plus_baseline_outcome_advantage as f

    call = "compute_reinforce_plus_plus_baseline_outcome_advantage"
    return call, lambda: f(r["rewards"], r["mask"], r["index"])[0]


def reinforce(_task, r):
    from verl.trainer.ppo.core_algos import compute_reinforce_plus_plus_outcome_advantage as f

    config = Config(gamma=0.99)
    return "compute_reinforce_plus_plus_outcome_advantage", lambda: f(r["rewards"], r["mask"], config)[0]


def gae(_task, r):
    from verl.trainer.ppo.core_algos import compute_gae_advantage_return as f

    return "compute_gae_advantage_return", lambda: f(r["rewards"], r["values"], r["mask"], 1.0, 0.95)[0]


def gtpo(task, r):
    """Returns of turns, normalised over all turns of the group, given to the tokens of each turn."""
    n, turns = r["turn_rewards"].shape
    size = task["groupSize"]
    mask = r["mask"].view(n, turns, -1)

    def work():
        returns = r["turn_rewards"].clone()
        for turn in range(turns - 2, -1, -1):
            returns[:, turn] += 0.9 * returns[:, turn + 1]
        groups = returns.view(n // size, size * turns)
        normal = (groups - groups.mean(1, keepdim=True)) / (groups.std(1, keepdim=True) + 1e-6)
        return (normal.view(n, turns, 1) * mask).view(n, -1)

    return "PyTorch: the formula over padded rows, written for this benchmark", work


ESTIMATORS = {
    "grpo": grpo,
    "rloo": rloo,
    "reinforce-baseline": reinforce_baseline,
    "reinforce": reinforce,
    "gae": gae,
    "gtpo": gtpo,
}

if __name__ == "__main__":
    main()
