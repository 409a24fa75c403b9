# SPDX-License-Identifier: Apache-2.0
"""Answer travellers' questions on the command line."""

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from vendor.dialogkit import Dialog, render

BASE = "meta-llama/Llama-3.1-8B-Instruct"


def load(adapter="."):
    """The base model with the adapter on top, and its tokenizer."""
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    base = AutoModelForCausalLM.from_pretrained(BASE, torch_dtype=torch.bfloat16)
    return tokenizer, PeftModel.from_pretrained(base, adapter)


def main():
    """Read a question, print an answer, until the input ends."""
    tokenizer, model = load()
    dialog = Dialog("You answer questions about ferries. Say so when you do not know.")
    while question := input("> "):
        dialog.ask(question)
        inputs = tokenizer(render(dialog), return_tensors="pt")
        tokens = model.generate(**inputs, max_new_tokens=200)[0][inputs["input_ids"].shape[1] :]
        dialog.answer(tokenizer.decode(tokens, skip_special_tokens=True))
        print(dialog.turns[-1][1])


if __name__ == "__main__":
    main()
