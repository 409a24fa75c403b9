"""Fine-tune a model. load_dataset("not/this") in a docstring is not a call."""
import argparse
import sys
from dataclasses import dataclass, field

import torch
import whisper
from datasets import load_dataset as ld
from huggingface_hub import hf_hub_download, snapshot_download
from modelscope import MsDataset
from modelscope import snapshot_download as ms_download
from peft import PeftModel
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

sys.exit("this script was run")
BASE = "mistralai/Mistral-7B-v0.1"
open("/tmp/licaudit-was-here", "w")


@dataclass
class Options:
    reward: str = field(default="OpenAssistant/reward-model-deberta-v3-large-v2")


def main(model_id="Qwen/Qwen1.5-7B", judge=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--draft-model", default="JackFram/llama-160m")
    args = parser.parse_args()
    model = AutoModelForCausalLM.from_pretrained(BASE, revision="26bca36")
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    student = AutoModelForCausalLM.from_pretrained(model_id)
    draft = AutoModelForCausalLM.from_pretrained(args.draft_model)
    reward = AutoModelForCausalLM.from_pretrained(Options().reward)
    legacy = AutoModelForCausalLM.from_pretrained("gpt2")
    adapter = PeftModel.from_pretrained(model, "tloen/alpaca-lora-7b")
    vectors = SentenceTransformer("all-MiniLM-L6-v2")
    judged = pipeline("text-generation", model="meta-llama/Meta-Llama-3-8B")
    data = ld("tatsu-lab/alpaca", split="train")
    old = ld("squad")
    table = ld("csv", data_files="x.csv")
    local = ld("local_data")
    pdf = hf_hub_download(repo_id="allenai/c4", filename="x", repo_type="dataset")
    hub = snapshot_download("bigscience/bloom" if judge else "bigscience/bloomz")
    chinese = ms_download("qwen/Qwen-7B-Chat")
    corpus = MsDataset.load("AI-ModelScope/alpaca-gpt4-data-zh")
    eyes = torch.hub.load("pytorch/vision:v0.10.0", "resnet50")
    ears = whisper.load_model("large-v3")
    chosen = AutoModelForCausalLM.from_pretrained(judge)
    mine = AutoModelForCausalLM.from_pretrained("./output/checkpoint-100")
