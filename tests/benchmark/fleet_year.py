#!/usr/bin/env python3
"""Writes a scenario: a year of 5 sites, 200,000 chips and 1,000 jobs, with Llama 3's failures and
every checkpoint at its Daly interval, to standard output. What the fleet's speed is measured with.
"""
import json

SITES = ('palo_alto', 'sacramento', 'giga_texas', 'giga_newyork', 'memphis')
PLANS = {
    'llama3_8b': {'tensor': 1, 'data': 'fill', 'micro_batches': 8, 'sharding': 'parameters', 'recompute': 'selective'},
    'llama3_70b': {'tensor': 8, 'pipeline': 2, 'data': 'fill', 'micro_batches': 16, 'sharding': 'optimizer', 'recompute': 'full'},
    'gpt3_175b': {'tensor': 8, 'pipeline': 8, 'data': 'fill', 'micro_batches': 32, 'sharding': 'optimizer', 'recompute': 'selective'},
}
SIZES = {'llama3_8b': (64, 256, 1024), 'llama3_70b': (512, 2048, 4096), 'gpt3_175b': (1024, 4096, 8192)}


def job(number):
    model = tuple(PLANS)[number % 3]
    chips = SIZES[model][number // 3 % 3]
    hours = 200 + 37 * number % 1300
    return {
        'model': model, 'owner': 'lab', 'sites': [SITES[number % 5]], 'node': 'dgx_h100',
        'chips': chips, 'plan': PLANS[model], 'from': f'2025-{number % 12 + 1:02d}-{number % 27 + 1:02d}',
        'priority': number % 4, 'until': f'{hours} h',
        'checkpoint_every': 'daly', 'checkpoint': {'mode': 'blocking', 'to': 'store'},
    }


def main():
    scenario = {
        'format': 1, 'title': '200,000 chips at five sites for a year',
        'horizon': {'from': '2025-01-01', 'to': '2026-01-01', 'bin': '1 d'},
        'sites': {name: {'use': name, 'storage': {'use': 'tectonic'}} for name in SITES},
        'deliveries': {name: {'node': 'dgx_h100', 'accelerators': 40000, 'owner': 'lab', 'site': name,
                              'arrives': '2024-12-01', 'install': '0 s'} for name in SITES},
        'failures': {'use': 'llama3_405b'},
        'jobs': {f'job {number}': job(number) for number in range(1000)},
    }
    print(json.dumps(scenario, indent=1))


main()
