"""The peer of sampling: transformers' generate at temperature 1, with the faster of its caches."""

import time

import torch
import transformers
from transformers import AutoModelForCausalLM

from protocol import job, memory, serve, timed


def main():
    task = job()
    torch.set_num_threads(task["threads"])
    device = torch.device(task["device"])
    if device.type == "cuda":  # TensorFlow multiplies in TF32 there too
        torch.set_float32_matmul_precision("high")
    model = AutoModelForCausalLM.from_pretrained(task["checkpoint"], attn_implementation="sdpa", dtype=torch.float32)
    model = model.to(device).eval()
    model.generation_config.eos_token_id = None
    ids = torch.tensor(task["prompts"], device=device)
    options = {
        "do_sample": True,
        "temperature": 1.0,
        "top_k": 0,
        "top_p": 1.0,
        "max_new_tokens": task["newTokens"],
        "pad_token_id": 0,
        "attention_mask": torch.ones_like(ids),
    }

    def generate(cache):
        with torch.inference_mode():
            result = model.generate(ids, cache_implementation=cache, **options)
        if result.shape[1] != ids.shape[1] + task["newTokens"]:
            raise ValueError(f"new tokens: {task['newTokens']}, got {result.shape[1] - ids.shape[1]}")
        if device.type == "cuda":
            torch.cuda.synchronize()

    trials = {cache: seconds_of(lambda: generate(cache)) for cache in ("dynamic", "static")}
    cache = min(trials, key=trials.get)
    ready = {
        "call": f"model.generate(do_sample=True, temperature=1, top_k=0, max_new_tokens={task['newTokens']}, "
        f"cache_implementation='{cache}'), sdpa, inference_mode",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "threads": torch.get_num_threads(),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "trials": trials,
    }
    serve(ready, {"sample": timed(lambda: generate(cache)), "memory": memory})


def seconds_of(work):
    """The faster of two, after a first one that warms up."""
    work()
    times = []
    for _ in range(2):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
