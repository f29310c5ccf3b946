"""A Llama-architecture transformer in plain PyTorch: faster in training than transformers' own, same results.

Reads a checkpoint in the Hugging Face layout, so that both sides begin with the same weights.
"""

import json
import os

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn


class Llama(nn.Module):
    """Logits `[rows, tokens, vocabulary]` of token ids `[rows, tokens]`; causal, positions from 0."""

    def __init__(self, config):
        super().__init__()
        size, vocabulary = config["hidden_size"], config["vocab_size"]
        self.embed_tokens = nn.Embedding(vocabulary, size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        self.norm = nn.RMSNorm(size, config["rms_norm_eps"])
        self.lm_head = nn.Linear(size, vocabulary, bias=False)
        cos, sin = rotation(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(self, ids):
        tokens = ids.shape[1]
        cos, sin = self.cos[:tokens], self.sin[:tokens]
        hidden = self.embed_tokens(ids)
        for layer in self.layers:
            hidden = layer(hidden, cos, sin)
        return self.lm_head(self.norm(hidden))


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        size, wide = config["hidden_size"], config["intermediate_size"]
        self.heads = config["num_attention_heads"]
        self.input_layernorm = nn.RMSNorm(size, config["rms_norm_eps"])
        self.post_attention_layernorm = nn.RMSNorm(size, config["rms_norm_eps"])
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (nn.Linear(size, size, bias=False) for _ in range(4))
        self.gate_proj, self.up_proj = (nn.Linear(size, wide, bias=False) for _ in range(2))
        self.down_proj = nn.Linear(wide, size, bias=False)

    def forward(self, hidden, cos, sin):
        rows, tokens, size = hidden.shape
        split = (rows, tokens, self.heads, size // self.heads)
        normed = self.input_layernorm(hidden)
        query, key, value = (
            project(normed).view(split).transpose(1, 2) for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        mixed = F.scaled_dot_product_attention(
            rotate(query, cos, sin), rotate(key, cos, sin), value, is_causal=True
        )
        hidden = hidden + self.o_proj(mixed.transpose(1, 2).reshape(rows, tokens, size))
        normed = self.post_attention_layernorm(hidden)
        return hidden + self.down_proj(F.silu(self.gate_proj(normed)) * self.up_proj(normed))


def rotation(config):
    """Cosines and sines `[positions, head size]` of the rotary embedding."""
    half = config["head_dim"] // 2
    inverse = config["rope_theta"] ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(config["max_position_embeddings"], dtype=torch.float64)[:, None] * inverse
    angles = torch.cat((angles, angles), -1)
    return angles.cos().float(), angles.sin().float()


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


def load(folder):
    """The model of a checkpoint folder with untied embeddings and as many key-value heads as heads."""
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    if config["tie_word_embeddings"] or config["num_key_value_heads"] != config["num_attention_heads"]:
        raise ValueError("config.json: untied embeddings and num_key_value_heads = num_attention_heads")
    model = Llama(config)
    tensors = load_file(os.path.join(folder, "model.safetensors"))
    plain = ("self_attn.", "mlp.")
    renamed = {}
    for name, tensor in tensors.items():
        name = name.removeprefix("model.")
        for part in plain:
            name = name.replace(part, "")
        renamed[name] = tensor
    model.load_state_dict(renamed)
    return model
