"""Measurements that anybody can repeat: `make bench`. Each figure stands beside a peer or the physical limit."""
