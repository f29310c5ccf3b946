"""The peer of a GTPO training step: clipped surrogate on a ragged batch, clipping by global norm, AdamW."""

import json
import time

import torch
import torch.nn.functional as F

from llama import load
from protocol import job, memory, serve, timed

MAX_LOG_RATIO = 20.0


def main():
    task = job()
    torch.set_num_threads(task["threads"])
    device = torch.device(task["device"])
    if device.type == "cuda":  # TensorFlow multiplies in TF32 there too
        torch.set_float32_matmul_precision("high")
    model = load(task["checkpoint"]).to(device)
    parameters = list(model.parameters())
    optimizer = optimizer_of(model, task["optimizer"])
    with open(task["batch"]) as file:
        batch = tensors_of(json.load(file), device)
    compiled = task["mode"] == "compile"
    forward = torch.compile(lambda: surrogate(model, batch), dynamic=False) if compiled else None

    def step():
        loss = forward() if compiled else surrogate(model, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, task["optimizer"]["maxGradNorm"], foreach=True)
        optimizer.step()
        return loss.item(), norm.item()

    start = time.perf_counter()
    steps = [step()]
    first_seconds = time.perf_counter() - start
    steps += [step() for _ in range(task["warmUp"] - 1)]
    call = "plain PyTorch Llama, F.scaled_dot_product_attention(is_causal=True), clip_grad_norm_(foreach=True), AdamW(fused=True)"
    ready = {
        "call": f"torch.compile(loss of a {call})" if compiled else call,
        "versions": {"torch": torch.__version__},
        "threads": torch.get_num_threads(),
        "parameters": sum(parameter.numel() for parameter in parameters),
        "firstSeconds": first_seconds,
        "steps": [{"loss": loss, "gradNorm": norm} for loss, norm in steps],
    }
    serve(ready, {"sample": timed(step), "memory": memory})


def optimizer_of(model, options):
    """AdamW with decay on matrices only."""
    groups = [
        {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": options["weightDecay"]},
        {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]
    betas = (options["beta1"], options["beta2"])
    return torch.optim.AdamW(groups, lr=options["learningRate"], betas=betas, eps=options["epsilon"], fused=True)


def tensors_of(batch, device):
    """Ids as they are; what speaks of a token is shifted to the position that predicts it."""
    shape = (batch["sequences"], batch["tokens"])
    of = lambda name, dtype: torch.tensor(batch[name], dtype=dtype, device=device).view(shape)
    mask = of("actionMask", torch.float32)[:, 1:].contiguous()
    return {
        "ids": of("tokenIds", torch.long),
        "mask": mask,
        "count": mask.sum(),
        "advantages": of("advantages", torch.float32)[:, 1:].contiguous(),
        "behaviour": of("behaviourLogprobs", torch.float32)[:, 1:].contiguous(),
    }


def surrogate(model, batch):
    """Mean over action tokens of -min(ratio A, clip(ratio, .8, 1.2) A). Padding is on the right, so no mask is needed."""
    ids, mask, advantages = batch["ids"], batch["mask"], batch["advantages"]
    logits = model(ids)[:, :-1]
    logprobs = F.log_softmax(logits, -1).gather(-1, ids[:, 1:, None]).squeeze(-1)
    ratio = ((logprobs - batch["behaviour"]) * mask).clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO).exp()
    terms = torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages)
    return -(terms * mask).sum() / batch["count"]


if __name__ == "__main__":
    main()
