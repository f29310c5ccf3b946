"""The peer of a whole GRPO update: one step of TRL's GRPOTrainer, generation included.

The trainer runs in its own loop; it stops before each step until a sample is asked for.
"""

import json
import os
import sys
import tempfile
import time

import torch
import transformers
import trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

import protocol


class OnRequest(TrainerCallback):
    """Runs `warmUp` steps by itself, then answers each request `sample` with as many steps as it asks for."""

    def __init__(self, warm_up, ready):
        self.waiting = warm_up
        self.ready = ready
        self.repeats = 0
        self.started = False

    def on_step_begin(self, _args, _state, control, **_):
        if self.waiting > 0:
            return
        if not self.started:
            self.started = True
            protocol.write({"ready": self.ready()})
        if self.repeats == 0:
            self.wait(control)

    def wait(self, control):
        for line in sys.stdin:
            request = json.loads(line)
            if request["do"] == "sample":
                self.repeats = self.of = request["repeats"]
                self.cpu, self.start = time.process_time(), time.perf_counter()
                return
            protocol.write(protocol.memory() if request["do"] == "memory" else {"error": f"no {request['do']}"})
        os._exit(0)

    def on_step_end(self, _args, _state, control, **_):
        if self.waiting > 0:
            self.waiting -= 1
            return
        self.repeats -= 1
        if self.repeats == 0:
            seconds = (time.perf_counter() - self.start) / self.of
            protocol.write({"seconds": seconds, "cpuSeconds": time.process_time() - self.cpu})


def main():
    task = protocol.job()
    torch.set_num_threads(task["threads"])
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=os.path.join(task["checkpoint"], "tokenizer.json"))
    # A token that the model cannot yield: every completion has all its tokens, as on the other side.
    tokenizer.add_special_tokens({"eos_token": "<never>", "pad_token": "<never>"})
    prompts = [tokenizer.decode(ids) for ids in task["prompts"]]
    if tokenizer(prompts)["input_ids"] != task["prompts"]:
        raise ValueError("prompts: must survive decoding and encoding")
    wanted = set(task["rewardedTokens"])
    lengths = set()

    def reward(completion_ids, **_):
        lengths.update(len(ids) for ids in completion_ids)
        return [sum(id in wanted for id in ids) / len(ids) for ids in completion_ids]

    model = AutoModelForCausalLM.from_pretrained(task["checkpoint"], attn_implementation="sdpa", dtype=torch.float32)
    tasks, group_size = len(task["prompts"]), task["groupSize"]
    trajectories = tasks * group_size
    config = GRPOConfig(
        output_dir=os.path.join(tempfile.gettempdir(), "turnwise-bench-trl"),
        per_device_train_batch_size=trajectories,
        num_generations=group_size,
        max_completion_length=task["newTokens"],
        temperature=1.0,
        top_k=0,
        top_p=1.0,
        beta=0.0,
        learning_rate=task["optimizer"]["learningRate"],
        adam_beta2=task["optimizer"]["beta2"],
        max_grad_norm=task["optimizer"]["maxGradNorm"],
        lr_scheduler_type="constant",
        optim="adamw_torch_fused",
        gradient_checkpointing=False,
        bf16=False,
        use_cpu=task["device"] == "cpu",
        dataloader_pin_memory=False,
        max_steps=1_000_000,
        logging_steps=1_000_000,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )

    def ready():
        if lengths != {task["newTokens"]}:
            raise ValueError(f"new tokens: all {task['newTokens']}, got {sorted(lengths)}")
        return {
            "call": f"GRPOTrainer(per_device_train_batch_size={trajectories}, num_generations={group_size}, "
            f"max_completion_length={task['newTokens']}, beta=0, gradient_checkpointing=False, "
            "optim='adamw_torch_fused'), one step",
            "versions": {
                "torch": torch.__version__,
                "transformers": transformers.__version__,
                "trl": trl.__version__,
            },
            "threads": torch.get_num_threads(),
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
        }

    GRPOTrainer(
        model=model,
        reward_funcs=[reward],
        args=config,
        train_dataset=Dataset.from_list([{"prompt": prompt} for prompt in prompts]),
        processing_class=tokenizer,
        callbacks=[OnRequest(task["warmUp"], ready)],
    ).train()


if __name__ == "__main__":
    main()
