"""The peer of a real model's size, once: PEFT's LoRA on it, transformers' generate, and steps on given tokens, in float32."""

import time

import peft
import torch
import transformers
from transformers import AutoModelForCausalLM

from protocol import job, memory, serve

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def main():
    task = job()
    torch.set_num_threads(task["threads"])
    seconds = stopwatch()
    model = AutoModelForCausalLM.from_pretrained(task["checkpoint"], attn_implementation="sdpa", dtype=torch.float32)
    rank = task["rank"]
    lora = peft.LoraConfig(task_type="CAUSAL_LM", r=rank, lora_alpha=2 * rank, target_modules=TARGETS)
    model = peft.get_peft_model(model, lora).eval()
    model.generation_config.eos_token_id = None
    parameters = [p for p in model.parameters() if p.requires_grad]
    options = task["optimizer"]
    optimizer = torch.optim.AdamW(
        parameters,
        lr=options["learningRate"],
        betas=(options["beta1"], options["beta2"]),
        eps=options["epsilon"],
        weight_decay=options["weightDecay"],
        fused=True,
    )
    load = seconds()

    sampled = generate(model, task)
    sample = seconds()
    if sampled != task["newTokens"]:
        raise ValueError(f"new tokens: {task['newTokens']}, got {sampled}")

    start = len(task["prompt"])
    ids = torch.tensor([task["prompt"] + task["tokenIds"]])
    behaviour = torch.tensor([task["behaviourLogprobs"]])

    def step():
        """Logits of the sampled tokens alone, as `logits_to_keep` gives them; the greatest difference to the sampler's."""
        logits = model(input_ids=ids, use_cache=False, logits_to_keep=task["newTokens"] + 1).logits[:, :-1]
        logprobs = logits.log_softmax(-1).gather(-1, ids[:, start:, None]).squeeze(-1)
        ratio = (logprobs - behaviour).exp()
        loss = -torch.minimum(ratio, ratio.clamp(0.8, 1.2)).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, options["maxGradNorm"], foreach=True)
        optimizer.step()
        return (logprobs.detach() - behaviour).abs().max().item()

    difference = step()
    first_step = seconds()
    for _ in range(task["moreSteps"]):
        step()
    next_step = seconds() / task["moreSteps"]
    used = memory()
    ready = {
        "call": f"get_peft_model(r={rank}, all matrices), generate(max_new_tokens={task['newTokens']}), clipped surrogate, "
        "clip_grad_norm_, AdamW(fused=True); float32, sdpa",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
        "threads": torch.get_num_threads(),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "load": load,
        "sample": sample,
        "firstStep": first_step,
        "nextStep": next_step,
        "peakBytes": used["peakBytes"],
        "cudaLibraryBytes": used["cudaLibraryBytes"],
        "cpuSeconds": time.process_time(),
        "logprobDifference": difference,
    }
    serve(ready, {})


def generate(model, task):
    """How many tokens it drew."""
    prompt = torch.tensor([task["prompt"]])
    with torch.inference_mode():
        ids = model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
            max_new_tokens=task["newTokens"],
            pad_token_id=0,
        )
    return ids.shape[1] - prompt.shape[1]


def stopwatch():
    """Seconds since it was last asked."""
    last = time.perf_counter()

    def seconds():
        nonlocal last
        before, last = last, time.perf_counter()
        return last - before

    return seconds


if __name__ == "__main__":
    main()
