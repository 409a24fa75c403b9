"""The first rule of somebody's own pack: a file with comments that loads and tests green."""

from __future__ import annotations

import re

RULE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SCHEMA_LINE = "# yaml-language-server: $schema={}\n"

_PACK = """\
id: {pack}
name: {{en: {title}, zh: {title}}}
description:
  en: "Our own rules; say here what they are for."
  zh: 自定义规则；请在此说明其用途。
# Take over the rules of other packs, by name or by a path beside this folder:
# extends: [ci-default]
# only: [duty-missing]             # of the inherited rules keep these, or
# remove: [duty-unconfirmed]       # drop these
# severity: {{duty-missing: medium}} # and weigh some otherwise
# Lists, whole numbers, true/false and days that licaudit.yaml may set under `params`:
params:
  trusted: [MIT, Apache-2.0]
"""

_RULE = """\
id: {rule}                # the name of this file
status: trial             # stable, trial or retired
severity: medium          # info, low, medium, high or critical; the outcome is said below
for: subject              # one license of the work, or of something it came from
# applies_when: subject.kind == Kind.dataset
# not_applied: {{en: No dataset is part of this work., zh: 本作品不含数据集。}}
when: >-
  subject.root && subject.stated
# `fail` or `review` or both; the worse one that holds counts. `licaudit rules vocabulary` lists
# every field of subject and intent, and the words each may hold.
review: >-
  !subject.licenses.all(l, l.id in params.trusted)
# culprits: subject.claims   # which claims the finding points at
why:
  en: >-
    The {{part}} of {{name}} are under {{license}}, which is not on our list.
  zh: >-
    {{name}} 的{{part}}适用 {{license}}，不在我们的清单中。
fix:
  en: >-
    Ask the people who keep the list, or choose another license.
  zh: >-
    请咨询清单维护者，或改用其他许可证。
references:
  - https://policy.example/licenses
# `licaudit rules test {folder}` tries these.
examples:
  fires:
    - subject: {{root: true, stated: true, licenses: [{{id: GPL-3.0-only}}]}}
      outcome: review
  silent:
    - subject: {{root: true, stated: true, licenses: [{{id: MIT}}]}}
    - subject: {{root: false, stated: true, licenses: [{{id: GPL-3.0-only}}]}}
"""


def pack_text(pack: str, schema: str) -> str:
    """A pack.yaml that holds one list."""
    title = pack.replace("-", " ").capitalize()
    return SCHEMA_LINE.format(schema) + _PACK.format(pack=pack, title=title)


def rule_text(rule: str, folder: str, schema: str) -> str:
    """A rule that looks at the list of `pack_text`."""
    return SCHEMA_LINE.format(schema) + _RULE.format(rule=rule, folder=folder)
