"""The forms of keys that services give out with a fixed beginning, so that a key can be told from any other text.

The forms, their least entropy and their exceptions follow the rules of gitleaks (MIT licence). Only those with a fixed
beginning are here: a rule without one costs a pass over every text, and has to guess from the words around.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

_FORMS = r"""
1password-secret-key            | A3-           | [A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}    | 3.8
1password-service-account-token | ops_eyJ       | [a-zA-Z0-9+/]{250,4000}={0,3}                                             | 4
age-secret-key                  | AGE-SECRET-KEY-1 | [QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}                                 | 0
alibaba-access-key-id           | LTAI          | (?i:[a-z0-9]{20})                                                         | 2
anthropic-admin-api-key         | sk-ant-admin01- | [a-zA-Z0-9_-]{93}AA                                                     | 0
anthropic-api-key               | sk-ant-api03- | [a-zA-Z0-9_-]{93}AA                                                       | 0
artifactory-api-key             | AKCp          | [A-Za-z0-9]{69}                                                           | 4.5
artifactory-reference-token     | cmVmd         | [A-Za-z0-9]{59}                                                           | 4.5
aws-access-token                | AKIA ASIA ABIA ACCA | [A-Z2-7]{16}                                                        | 3
aws-amazon-bedrock-api-key-long-lived | ABSK    | [A-Za-z0-9+/]{109,269}={0,2}                                              | 3
aws-amazon-bedrock-api-key-short-lived | bedrock-api-key- | YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=]*+                    | 3
clickhouse-cloud-api-secret-key | 4b1d          | [A-Za-z0-9]{38}                                                           | 3
databricks-api-token            | dapi          | [a-f0-9]{32}(?:-\d)?                                                      | 3
digitalocean-access-token       | doo_v1_       | [a-f0-9]{64}                                                              | 3
digitalocean-pat                | dop_v1_       | [a-f0-9]{64}                                                              | 3
digitalocean-refresh-token      | dor_v1_       | (?i:[a-f0-9]{64})                                                         | 0
doppler-api-token               | dp.pt.        | (?i:[a-z0-9]{43})                                                         | 2
duffel-api-token                | duffel_test_ duffel_live_ | (?i:[a-z0-9_\-=]{43})                                         | 2
dynatrace-api-token             | dt0c01.       | (?i:[a-z0-9]{24}\.[a-z0-9]{64})                                           | 4
easypost-api-token              | EZAK          | (?i:[a-z0-9]{54})                                                         | 2
easypost-test-api-token         | EZTK          | (?i:[a-z0-9]{54})                                                         | 2
facebook-page-access-token      | EAAM EAAC     | (?i:[a-z0-9]{100,1000})                                                   | 4
flutterwave-secret-key          | FLWSECK_TEST- | (?i:[a-h0-9]{32}-X|[a-h0-9]{12})                                          | 2
flyio-access-token              | fo1_          | [\w-]{43}                                                                 | 4
flyio-access-token              | fm2_ fm1a_ fm1r_ | [a-zA-Z0-9+/]{100,4000}={0,3}                                          | 4
frameio-api-token               | fio-u-        | (?i:[a-z0-9\-_=]{64})                                                     | 0
gcp-api-key                     | AIza          | [\w-]{35}                                                                 | 4
github-pat                      | ghp_          | [0-9a-zA-Z]{36}                                                           | 3
github-fine-grained-pat         | github_pat_   | \w{82}                                                                    | 3
github-oauth                    | gho_          | [0-9a-zA-Z]{36}                                                           | 3
github-app-token                | ghu_ ghs_     | [0-9a-zA-Z]{36}                                                           | 3
github-refresh-token            | ghr_          | [0-9a-zA-Z]{36}                                                           | 3
gitlab-cicd-job-token           | glcbt-        | [0-9a-zA-Z]{1,5}_[0-9a-zA-Z_-]{20}                                        | 3
gitlab-deploy-token             | gldt-         | [0-9a-zA-Z_-]{20}                                                         | 3
gitlab-feature-flag-client-token | glffct-      | [0-9a-zA-Z_-]{20}                                                         | 3
gitlab-feed-token               | glft-         | [0-9a-zA-Z_-]{20}                                                         | 3
gitlab-incoming-mail-token      | glimt-        | [0-9a-zA-Z_-]{25}                                                         | 3
gitlab-kubernetes-agent-token   | glagent-      | [0-9a-zA-Z_-]{50}                                                         | 3
gitlab-oauth-app-secret         | gloas-        | [0-9a-zA-Z_-]{64}                                                         | 3
gitlab-pat                      | glpat-        | [0-9a-zA-Z_-]{27,300}\.[0-9a-z]{9}|[\w-]{20}                              | 3
gitlab-ptt                      | glptt-        | [0-9a-f]{40}                                                              | 3
gitlab-rrt                      | GR1348941     | [\w-]{20}                                                                 | 3
gitlab-runner-authentication-token | glrt-      | t\d_[0-9a-zA-Z_-]{27,300}\.[0-9a-z]{9}|[0-9a-zA-Z_-]{20}                  | 3
gitlab-scim-token               | glsoat-       | [0-9a-zA-Z_-]{20}                                                         | 3
gitlab-session-cookie           | _gitlab_session= | [0-9a-z]{32}                                                           | 3
grafana-api-key                 | eyJrIjoi      | [A-Za-z0-9]{70,400}={0,3}                                                 | 3
grafana-cloud-api-token         | glc_          | [A-Za-z0-9+/]{32,400}={0,3}                                               | 3
grafana-service-account-token   | glsa_         | [A-Za-z0-9]{32}_[A-Fa-f0-9]{8}                                            | 3
heroku-api-key-v2               | HRKU-AA       | [0-9a-zA-Z_-]{58}                                                         | 4
huggingface-access-token        | hf_           | [a-zA-Z]{34}                                                              | 2
huggingface-organization-api-token | api_org_   | [a-zA-Z]{34}                                                              | 2
infracost-api-token             | ico-          | [a-zA-Z0-9]{32}                                                           | 3
linear-api-key                  | lin_api_      | (?i:[a-z0-9]{40})                                                         | 2
notion-api-token                | ntn_          | [0-9]{11}[A-Za-z0-9]{35}                                                  | 4
npm-access-token                | npm_          | (?i:[a-z0-9]{36})                                                         | 2
openshift-user-token            | sha256~       | [\w-]{43}                                                                 | 3.5
perplexity-api-key              | pplx-         | [a-zA-Z0-9]{48}                                                           | 4
planetscale-api-token           | pscale_tkn_   | [\w=.-]{32,64}                                                            | 3
planetscale-oauth-token         | pscale_oauth_ | [\w=.-]{32,64}                                                            | 3
planetscale-password            | pscale_pw_    | [\w=.-]{32,64}                                                            | 3
postman-api-token               | PMAK-         | (?i:[a-f0-9]{24}-[a-f0-9]{34})                                            | 3
prefect-api-token               | pnu_          | [a-zA-Z0-9]{36}                                                           | 2
pulumi-api-token                | pul-          | [a-f0-9]{40}                                                              | 2
pypi-upload-token               | pypi-AgEIcHlwaS5vcmc | [\w-]{50,1000}                                                     | 3
readme-api-token                | rdme_         | [a-z0-9]{70}                                                              | 2
rubygems-api-token              | rubygems_     | [a-f0-9]{48}                                                              | 2
scalingo-api-token              | tk-us-        | [\w-]{48}                                                                 | 2
sendgrid-api-token              | SG.           | (?i:[a-z0-9=_\-.]{66})                                                    | 2
sendinblue-api-token            | xkeysib-      | [a-f0-9]{64}-(?i:[a-z0-9]{16})                                            | 2
sentry-org-token                | sntrys_eyJpYXQiO | [a-zA-Z0-9+/]{20,400}={0,2}_[a-zA-Z0-9+/]{43}                          | 4.5
sentry-user-token               | sntryu_       | [a-f0-9]{64}                                                              | 3.5
shippo-api-token                | shippo_live_ shippo_test_ | [a-fA-F0-9]{40}                                               | 2
shopify-access-token            | shpat_        | [a-fA-F0-9]{32}                                                           | 2
shopify-custom-access-token     | shpca_        | [a-fA-F0-9]{32}                                                           | 2
shopify-private-app-access-token | shppa_       | [a-fA-F0-9]{32}                                                           | 2
shopify-shared-secret           | shpss_        | [a-fA-F0-9]{32}                                                           | 2
slack-app-token                 | xapp-         | (?i:\d-[A-Z0-9]{1,40}-\d{1,20}-[a-z0-9]{1,100})                           | 2
slack-bot-token                 | xoxb-         | [0-9]{10,13}-[0-9]{10,13}[a-zA-Z0-9-]{0,80}|[0-9]{8,14}-[a-zA-Z0-9]{18,26} | 2
slack-config-access-token       | xoxe.xox      | (?i:[bp]-\d-[A-Z0-9]{163,166})                                            | 2
slack-config-refresh-token      | xoxe-         | (?i:\d-[A-Z0-9]{146})                                                     | 2
slack-legacy-token              | xoxs- xoxo-   | \d{1,20}-\d{1,20}-\d{1,20}-[a-fA-F\d]{1,80}                               | 2
slack-legacy-workspace-token    | xoxa- xoxr-   | (?:\d-)?[0-9a-zA-Z]{8,48}(?:-[0-9a-zA-Z]{8,48}){0,4}                       | 2
slack-user-token                | xoxp- xoxe-   | [0-9]{10,13}(?:-[0-9]{10,13}){2}-[a-zA-Z0-9-]{28,34}                      | 2
slack-webhook-url               | hooks.slack.com/ | (?:services|workflows|triggers)/[A-Za-z0-9+/]{43,120}                  | 0
square-access-token             | sq0atp- EAAA  | [\w-]{22,60}                                                              | 2
stripe-access-token             | sk_live_ rk_live_ sk_prod_ rk_prod_ sk_test_ rk_test_ | [a-zA-Z0-9]{10,99}                | 2
vault-batch-token               | hvb.          | [\w-]{138,300}                                                            | 4
vault-service-token             | hvs.          | [\w-]{90,120}                                                             | 3.5
vault-service-token             | s.            | (?=[A-Za-z]*[0-9])[A-Za-z0-9]{24}                                         | 3.5
"""  # noqa: E501 - a table reads better whole
"""Name, fixed beginnings, what follows, and the least entropy in bits a character; 0 for any."""

UNSURE = frozenset(
    ("gcp-api-key", "flutterwave-secret-key", "easypost-test-api-token", "clickhouse-cloud-api-secret-key")
)
"""Keys that stand in public pages by design, or are of a test."""

_TESTS = ("_test_", "_TEST-")


class KeyForm(NamedTuple):
    """pattern: the whole key, standing alone. least: a value of less entropy is a filled-in example."""

    name: str
    pattern: re.Pattern[str]
    least: float


@cache
def key_beginnings() -> Mapping[str, tuple[str, ...]]:
    """The lines of the table by each beginning of a key."""
    found: dict[str, list[str]] = {}
    for line in _FORMS.strip().splitlines():
        for beginning in line.split("|", 2)[1].split():
            found.setdefault(beginning, []).append(line)
    return {beginning: tuple(lines) for beginning, lines in found.items()}


@cache
def forms_of(beginning: str) -> tuple[KeyForm, ...]:
    """The forms of keys that begin so; made when a text has the beginning, for most texts have none of them."""
    fixed = re.escape(beginning)
    alone = "" if beginning[0] == "_" else f"(?<![A-Za-z0-9_]{fixed})"
    found = []
    for line in key_beginnings()[beginning]:
        name, _, rest = line.split("|", 2)
        pattern, least = rest.rsplit("|", 1)
        whole = re.compile(f"{fixed}{alone}(?:{pattern.strip()}){_BEHIND}", re.ASCII)
        found.append(KeyForm(name.strip(), whole, float(least)))
    return tuple(found)


_BEHIND = r"(?![A-Za-z0-9_]|[.-][A-Za-z0-9])"


def is_for_tests(beginning: str) -> bool:
    """Whether a key of this beginning works in a test environment only."""
    return any(word in beginning for word in _TESTS)
