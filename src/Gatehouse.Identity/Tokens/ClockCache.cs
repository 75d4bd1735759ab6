using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Identity;

/// <summary>
/// A bounded table by token hash. Reads take no lock; a full table evicts by second chance (the CLOCK algorithm): entries
/// that were read since the hand last passed stay, so that a flood of tokens seen once cannot push out those in use.
/// </summary>
internal sealed class ClockCache<TValue>
    where TValue : class
{
    private readonly ConcurrentDictionary<TokenHash, Slot> _slots = [];
    private readonly Lock _lock = new();
    private readonly Slot?[] _ring;
    private int _hand;

    public ClockCache(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _ring = new Slot?[capacity];
    }

    /// <summary>How many entries there are; never more than the capacity.</summary>
    public int Count => _slots.Count;

    public bool TryGet(TokenHash hash, [NotNullWhen(true)] out TValue? value)
    {
        if (!_slots.TryGetValue(hash, out var slot))
        {
            value = null;
            return false;
        }

        slot.MarkUsed();
        value = slot.Value;
        return true;
    }

    public void Set(TokenHash hash, TValue value)
    {
        var slot = new Slot(hash, value);
        lock (_lock)
        {
            if (_slots.TryGetValue(hash, out var earlier))
                slot.Position = earlier.Position;
            else
                slot.Position = FreePosition();
            _ring[slot.Position] = slot;
            _slots[hash] = slot;
        }
    }

    /// <summary>Removes an entry if it still holds the value that was found wanting.</summary>
    public void Remove(TokenHash hash, TValue value)
    {
        lock (_lock)
        {
            if (_slots.TryGetValue(hash, out var slot) && ReferenceEquals(slot.Value, value))
                Drop(slot);
        }
    }

    private int FreePosition()
    {
        while (_ring[_hand] is { } slot && slot.TakeSecondChance())
            Advance();
        if (_ring[_hand] is { } evicted)
            Drop(evicted);
        var position = _hand;
        Advance();
        return position;
    }

    private void Advance() => _hand = (_hand + 1) % _ring.Length;

    private void Drop(Slot slot)
    {
        _slots.TryRemove(slot.Hash, out _);
        _ring[slot.Position] = null;
    }

    private sealed class Slot(TokenHash hash, TValue value)
    {
        private volatile bool _isUsed;

        public TokenHash Hash => hash;

        public TValue Value => value;

        public int Position { get; set; }

        public void MarkUsed()
        {
            if (!_isUsed)
                _isUsed = true;
        }

        public bool TakeSecondChance()
        {
            var wasUsed = _isUsed;
            _isUsed = false;
            return wasUsed;
        }
    }
}
