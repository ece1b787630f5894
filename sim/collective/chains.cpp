#include "collective/chains.hpp"

#include "collective/transfers.hpp"

namespace trainyard::collective {
namespace {

std::size_t index(std::int64_t member) {
  return static_cast<std::size_t>(member);
}

std::int64_t members(const Chains& chains) {
  return static_cast<std::int64_t>(chains.size() * chains.front().size());
}

// The member at place `src` sends the part of the member at place `owner` to place `dst`.
void send(const Chain& chain, const Parts& parts, std::size_t src, std::size_t dst,
          std::size_t owner, Round& round) {
  round.push_back({chain[src], chain[dst], parts[index(chain[owner])]});
}

// Rounds in which the member at place p sends the part of place p + ahead - round to the next.
void ring_rounds(const Chains& chains, const Parts& parts, std::size_t ahead,
                 std::vector<Round>& rounds) {
  const std::size_t length = chains.front().size();
  for (std::size_t step = 0; step + 1 < length; ++step) {
    Round& round = rounds.emplace_back();
    for (const Chain& chain : chains) {
      for (std::size_t place = 0; place < length; ++place) {
        const std::size_t owner = (place + ahead + length - step) % length;
        send(chain, parts, place, (place + 1) % length, owner, round);
      }
    }
  }
}

Chain reversed(const Chain& chain) {
  return {chain.rbegin(), chain.rend()};
}

// Up the chain alone; the last place's part leaves first, as it has the longest way.
void reduce_upwards(const Chain& chain, const Parts& parts, std::size_t step, Round& round) {
  const std::size_t last = chain.size() - 1;
  for (std::size_t place = 0; place <= step; ++place) {
    send(chain, parts, place, place + 1, last - step + place, round);
  }
}

void copy_upwards(const Chain& chain, const Parts& parts, std::size_t step, Round& round) {
  for (std::size_t place = step; place + 1 < chain.size(); ++place) {
    send(chain, parts, place, place + 1, place - step, round);
  }
}

using Upwards = void (*)(const Chain&, const Parts&, std::size_t, Round&);

void chain_rounds(const Chains& chains, const Parts& parts, Upwards upwards,
                  std::vector<Round>& rounds) {
  for (std::size_t step = 0; step + 1 < chains.front().size(); ++step) {
    Round& round = rounds.emplace_back();
    for (const Chain& chain : chains) {
      upwards(chain, parts, step, round);
      upwards(reversed(chain), parts, step, round);
    }
  }
}

// One hop of every chain, by places.
struct Hop {
  std::size_t src = 0;
  std::size_t dst = 0;
};

void send(const Chains& chains, Hop hop, Transfer& transfer) {
  for (const Chain& chain : chains) transfer.to[index(chain[hop.src])] = chain[hop.dst];
}

// Two hops that carry as much, in one transfer where their senders differ.
void send(const Chains& chains, Hop one, Hop other, double share, double messages, Phase& phase) {
  phase.transfers.push_back(idle(members(chains), share, messages));
  send(chains, one, phase.transfers.back());
  if (one.src == other.src) phase.transfers.push_back(idle(members(chains), share, messages));
  send(chains, other, phase.transfers.back());
}

}  // namespace

Parts own_pieces(std::int64_t members) {
  Parts parts;
  for (std::int64_t i = 0; i < members; ++i) parts.push_back({i});
  return parts;
}

Transfer around(const Chains& chains, double share, double messages) {
  Transfer transfer = idle(members(chains), share, messages);
  for (const Chain& chain : chains) {
    for (std::size_t place = 0; place < chain.size(); ++place) {
      transfer.to[index(chain[place])] = chain[(place + 1) % chain.size()];
    }
  }
  return transfer;
}

// A part's sum starts behind its place and has come around to it in the last round.
void ring_reduce_scatter(const Chains& chains, const Parts& parts, std::vector<Round>& rounds) {
  ring_rounds(chains, parts, chains.front().size() - 1, rounds);
}

void ring_all_gather(const Chains& chains, const Parts& parts, std::vector<Round>& rounds) {
  ring_rounds(chains, parts, 0, rounds);
}

void chain_reduce_scatter(const Chains& chains, const Parts& parts, std::vector<Round>& rounds) {
  chain_rounds(chains, parts, reduce_upwards, rounds);
}

void chain_all_gather(const Chains& chains, const Parts& parts, std::vector<Round>& rounds) {
  chain_rounds(chains, parts, copy_upwards, rounds);
}

Phase chain_reduce_scatter_phase(const Chains& chains, double buffer) {
  const std::size_t length = chains.front().size();
  Phase phase;
  for (std::size_t parts = 1; parts < length; ++parts) {
    const auto messages = static_cast<double>(parts);
    send(chains, {length - 1 - parts, length - parts}, {parts, parts - 1},
         buffer * messages / static_cast<double>(length), messages, phase);
  }
  return phase;
}

// A reduce-scatter backwards: the same hops the other way.
Phase chain_all_gather_phase(const Chains& chains, double buffer) {
  const std::size_t length = chains.front().size();
  Phase phase;
  for (std::size_t parts = 1; parts < length; ++parts) {
    const auto messages = static_cast<double>(parts);
    send(chains, {length - parts, length - 1 - parts}, {parts - 1, parts},
         buffer * messages / static_cast<double>(length), messages, phase);
  }
  return phase;
}

}  // namespace trainyard::collective
