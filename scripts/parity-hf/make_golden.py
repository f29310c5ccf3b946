"""Writes folders for `npm run parity:hf`: small random checkpoints, and what transformers and PEFT compute for them.

    python make_golden.py TOKENIZER_FOLDER OUT [NAME...]

TOKENIZER_FOLDER holds the tokenizer files that every folder gets, e.g. packages/policy/test/golden/hf/llama-gqa. Needs
torch, transformers, peft and safetensors (apps/bench/python/requirements.txt). A folder has the checkpoint as
save_pretrained writes it, some with config.json in the spelling of transformers 4, and expected.json. Nothing in the
project needs Python to be tested: what this wrote is checked in.
"""

import json
import os
import shutil
import sys

import peft
import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

SMALL = {
    "vocab_size": 384,
    "hidden_size": 48,
    "intermediate_size": 80,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "initializer_range": 0.15,
    "rms_norm_eps": 1e-5,
    "bos_token_id": None,
    "eos_token_id": None,
}
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
YARN = {"rope_type": "yarn", "rope_theta": 1000.0, "factor": 4.0, "original_max_position_embeddings": 32}

# model_type, config, and how it is written: dtype, old spelling, size of shards; `lora`: an adapter beside it.
FOLDERS = {
    "llama3-mqa-old-spelling": ("llama", {"num_key_value_heads": 1, "rope_parameters": LLAMA3}, {"old": True}),
    "llama-linear-biases": (
        "llama",
        {
            "attention_bias": True,
            "mlp_bias": True,
            "head_dim": 20,
            "rope_parameters": {"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0},
        },
        {},
    ),
    "qwen2-yarn-bf16-sharded": (
        "qwen2",
        {"rope_parameters": YARN, "tie_word_embeddings": False},
        {"old": True, "dtype": torch.bfloat16, "shards": "60KB"},
    ),
    "qwen3-yarn-bias": (
        "qwen3",
        {
            "head_dim": 16,
            "attention_bias": True,
            "tie_word_embeddings": True,
            "num_attention_heads": 6,
            "num_key_value_heads": 3,
            "rope_parameters": {**YARN, "attention_factor": 1.25, "beta_fast": 16.0, "beta_slow": 2.0},
        },
        {},
    ),
    "mistral-f16": (
        "mistral",
        {"sliding_window": None, "head_dim": 16, "tie_word_embeddings": True},
        {"dtype": torch.float16},
    ),
    "llama-lora": (
        "llama",
        {"tie_word_embeddings": True, "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}},
        {"lora": {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "v_proj"]}},
    ),
    "qwen3-rslora-all": (
        "qwen3",
        {"head_dim": 16, "tie_word_embeddings": True},
        {"lora": {"r": 3, "lora_alpha": 6, "target_modules": "all-linear", "use_rslora": True}},
    ),
}


def main():
    tokenizer, out, *names = sys.argv[1:]
    for seed, (name, folder) in enumerate(FOLDERS.items()):
        if not names or name in names:
            write(os.path.join(out, name), tokenizer, 200 + seed, *folder)
            print(name)


def write(path, tokenizer, seed, model_type, changes, form):
    shutil.rmtree(path, ignore_errors=True)
    torch.manual_seed(seed)
    config = AutoConfig.for_model(model_type, **{**SMALL, **changes})
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    randomise(model)
    model = model.to(form.get("dtype", torch.float32))
    model.save_pretrained(path, max_shard_size=form.get("shards", "5GB"))
    # The numbers are those of the stored weights in float32; to cast the model would cast its rotary frequencies too.
    model = AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32, attn_implementation="eager").eval()
    if "lora" in form:
        lora = peft.LoraConfig(task_type="CAUSAL_LM", lora_dropout=0.0, **form["lora"])
        model = peft.get_peft_model(model, lora).eval()
        randomise(model, only="lora_B")
        model.save_pretrained(path)
        os.remove(os.path.join(path, "README.md"))
    if form.get("old"):
        respell(os.path.join(path, "config.json"))
    for file in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copyfile(os.path.join(tokenizer, file), os.path.join(path, file))
    expected = expectations(model, AutoTokenizer.from_pretrained(tokenizer), seed)
    with open(os.path.join(path, "expected.json"), "w") as file:
        json.dump(expected, file)


def randomise(model, only=""):
    """Norms that are not 1, biases and adapters that are not 0."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if only and only not in name:
                continue
            if only:
                parameter.normal_(0, 0.1)
            elif parameter.ndim == 1 and name.endswith("bias"):
                parameter.normal_(0, 0.3)
            elif parameter.ndim == 1:
                parameter.normal_(1, 0.2)


def respell(path):
    """rope_theta and rope_scaling, as transformers 4 writes them."""
    with open(path) as file:
        config = json.load(file)
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    if rope["rope_type"] == "yarn":
        rope["type"] = rope.pop("rope_type")
    config["rope_scaling"] = rope
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.48.0"
    with open(path, "w") as file:
        json.dump(config, file, indent=2)


def expectations(model, tokenizer, seed):
    rows, tokens = 3, 40
    ids = torch.randint(3, 384, (rows, tokens))
    coefficients = torch.randn(rows, tokens - 1)
    logits, logprobs = evaluate(model, ids)
    linear = -(coefficients * logprobs).sum()
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    gradients = torch.autograd.grad(linear, [p for _, p in trained])
    summary = lambda g: [g.norm().item(), g.flatten()[0].item(), g.flatten()[-1].item(), g.sum().item()]
    probabilities = logits.log_softmax(-1)
    before = {
        "source": f"transformers {transformers.__version__}, torch {torch.__version__}, peft {peft.__version__}, float32, seed {seed}",
        "inputIds": ids.tolist(),
        "logitsLastPosition": rounded(logits[:, -1]),
        "logprobs": rounded(logprobs),
        "entropy": rounded(-(probabilities.exp() * probabilities).sum(-1)),
        "coefficients": rounded(coefficients),
        "linearLoss": linear.item(),
        "gradients_norm_first_last_sum": {name: summary(g) for (name, _), g in zip(trained, gradients)},
    }
    with torch.no_grad():
        prompt = ids[:1, :8]
        greedy = model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            do_sample=False,
            max_new_tokens=24,
            eos_token_id=None,
            pad_token_id=0,
        )
    return {
        **before,
        "adamw": adamw(model, ids, coefficients, trained),
        "greedy": {"prompt": prompt[0].tolist(), "tokens": greedy[0, 8:].tolist()},
        **text(tokenizer),
    }


def evaluate(model, ids):
    logits = model(input_ids=ids).logits
    logprobs = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None]).squeeze(-1)
    return logits, logprobs


def adamw(model, ids, coefficients, trained):
    parameters = [p for _, p in trained]
    options = {"lr": 1e-3, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.01}
    optimizer = torch.optim.AdamW(parameters, **options)
    start = [p.detach().clone() for p in parameters]
    losses, norms = [], []
    for _ in range(3):
        optimizer.zero_grad()
        loss = -(coefficients * evaluate(model, ids)[1]).mean()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(parameters, 1.0).item())
        optimizer.step()
        losses.append(loss.item())
    after = evaluate(model, ids)[1]
    with torch.no_grad():
        for parameter, value in zip(parameters, start):
            parameter.copy_(value)
    return {
        "lr": options["lr"],
        "betas": list(options["betas"]),
        "eps": options["eps"],
        "weightDecay": options["weight_decay"],
        "clipNorm": 1.0,
        "loss": "-mean(c*logprob)",
        "losses": losses,
        "gradNorms": norms,
        "logprobsAfter": rounded(after),
    }


def text(tokenizer):
    texts = ["turn by turn; 3*(4+5)=27.", " <|im_start|>user\nhi<|im_end|>", "ümlaut, 数, 🙂\n\n\tend  "]
    messages = [{"role": "system", "content": "You may call tools."}, {"role": "user", "content": "What is 3*(4+5)?"}]
    entries = []
    for one in texts:
        ids = tokenizer(one, add_special_tokens=False)["input_ids"]
        entries.append({"text": one, "ids": ids, "decoded": tokenizer.decode(ids)})
    chat = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=True, return_dict=False)
    return {"tokenizer": entries, "chat": {"messages": messages, "ids": list(chat)}}


def rounded(tensor):
    scale = lambda value: [scale(item) for item in value] if isinstance(value, list) else round(value, 6)
    return scale(tensor.detach().tolist())


if __name__ == "__main__":
    main()
