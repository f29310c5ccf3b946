"""Log-probabilities of a batch by both models of the peers: transformers' and the plain PyTorch one."""

import json

import torch
import torch.nn.functional as F
import transformers
from transformers import AutoModelForCausalLM

from llama import load
from protocol import job, memory, serve


def main():
    task = job()
    torch.set_num_threads(task["threads"])
    with open(task["batch"]) as file:
        batch = json.load(file)
    ids = torch.tensor(batch["tokenIds"]).view(batch["sequences"], batch["tokens"])
    model = AutoModelForCausalLM.from_pretrained(task["checkpoint"], attn_implementation="sdpa", dtype=torch.float32)

    @torch.inference_mode()
    def logprobs(_request):
        return {
            "transformers": rows(model(input_ids=ids, use_cache=False).logits, ids),
            "plain": rows(load(task["checkpoint"])(ids), ids),
        }

    ready = {
        "call": "LlamaForCausalLM and the plain PyTorch Llama, forward",
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "threads": torch.get_num_threads(),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
    }
    serve(ready, {"logprobs": logprobs, "memory": memory})


def rows(logits, ids):
    """`[sequences, tokens]`, row-major, at the position of the token that is spoken of; 0 for the first."""
    chosen = F.log_softmax(logits[:, :-1], -1).gather(-1, ids[:, 1:, None]).squeeze(-1)
    return F.pad(chosen, (1, 0)).flatten().tolist()


if __name__ == "__main__":
    main()
