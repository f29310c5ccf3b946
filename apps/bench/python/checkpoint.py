"""The peer of a real model's size: transformers' generate and one step of PEFT's LoRA on what it sampled, in float32."""

import time

import peft
import torch
import transformers
from transformers import AutoModelForCausalLM

from protocol import job, memory, serve, timed

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def main():
    task = job()
    torch.set_num_threads(task["threads"])
    start = time.perf_counter()
    model = AutoModelForCausalLM.from_pretrained(task["checkpoint"], attn_implementation="sdpa", dtype=torch.float32)
    rank = task["rank"]
    lora = peft.LoraConfig(task_type="CAUSAL_LM", r=rank, lora_alpha=2 * rank, target_modules=TARGETS)
    model = peft.get_peft_model(model, lora).eval()
    model.generation_config.eos_token_id = None
    load_seconds = time.perf_counter() - start
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=5e-4, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
    prompt = torch.tensor([task["prompt"]])
    kept = {}

    def sample():
        with torch.inference_mode():
            kept["ids"] = model.generate(
                input_ids=prompt,
                attention_mask=torch.ones_like(prompt),
                do_sample=True,
                temperature=1.0,
                top_k=0,
                top_p=1.0,
                max_new_tokens=task["newTokens"],
                pad_token_id=0,
            )
        if kept["ids"].shape[1] != prompt.shape[1] + task["newTokens"]:
            raise ValueError(f"new tokens: {task['newTokens']}, got {kept['ids'].shape[1] - prompt.shape[1]}")
        kept["behaviour"] = None

    def step():
        """Logits of the sampled tokens alone, as `logits_to_keep` gives them."""
        ids = kept["ids"].clone()
        logits = model(input_ids=ids, logits_to_keep=task["newTokens"] + 1).logits[:, :-1]
        targets = ids[:, prompt.shape[1] :, None]
        logprobs = logits.log_softmax(-1).gather(-1, targets).squeeze(-1)
        if kept["behaviour"] is None:
            kept["behaviour"] = logprobs.detach()
        ratio = (logprobs - kept["behaviour"]).exp()
        loss = -torch.minimum(ratio, ratio.clamp(0.8, 1.2)).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
        optimizer.step()

    sample()
    step()
    ready = {
        "call": f"get_peft_model(r={rank}, all matrices), generate(max_new_tokens={task['newTokens']}), clipped surrogate, "
        "clip_grad_norm_, AdamW(fused=True); float32, sdpa",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
        "threads": torch.get_num_threads(),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "loadSeconds": load_seconds,
        "firstSeconds": time.perf_counter() - start,
    }
    serve(ready, {"sample": timed(sample), "step": timed(step), "memory": memory})


if __name__ == "__main__":
    main()
