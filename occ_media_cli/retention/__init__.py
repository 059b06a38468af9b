"""How long a file stays: policies, holds, plan, approval, purge, verification and certificate."""
