"""What transformers and PEFT make of folders that this project saved: log-probabilities of token ids.

    python score_saved.py FOLDER < IDS

IDS is a JSON array of rows of token ids. Prints one JSON array of the log-probability of every token but the first of each
row, and which class computed them. A folder with adapter_config.json is loaded by PEFT, on the model that it names.
"""

import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from transformers import AutoModelForCausalLM


def load(folder):
    adapter = os.path.join(folder, "adapter_config.json")
    if not os.path.exists(adapter):
        model, info = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
        wrong = {kind: list(names) for kind, names in info.items() if names and kind != "error_msgs"}
        if wrong:
            raise SystemExit(f"{folder}: {wrong}")
        return model
    import peft

    with open(adapter) as file:
        base = json.load(file)["base_model_name_or_path"]
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    # The folder of some tests holds an adapter too, which transformers has put on already.
    if hasattr(model, "peft_config"):
        model.delete_adapter(list(model.peft_config))
    return peft.PeftModel.from_pretrained(model, folder)


def main():
    model = load(sys.argv[1]).eval()
    rows = []
    with torch.no_grad():
        for row in json.load(sys.stdin):
            ids = torch.tensor([row])
            logprobs = model(input_ids=ids).logits[0, :-1].log_softmax(-1)
            rows.append(logprobs.gather(-1, ids[0, 1:, None]).squeeze(-1).tolist())
    print(json.dumps({"class": type(model).__name__, "logprobs": rows}))


if __name__ == "__main__":
    main()
