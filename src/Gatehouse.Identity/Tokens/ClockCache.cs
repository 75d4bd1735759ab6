using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Identity.Tokens;

/// <summary>
/// A bounded table by token hash. Reads take no lock; a full table, and no other, evicts by second chance (the CLOCK algorithm): entries
/// that were read since the hand last passed stay, so that a flood of tokens seen once cannot push out those in use.
/// </summary>
/// <remarks>
/// Threat: one caller uses so many tokens that those of all others are forgotten and must be verified, or asked about, again and again
/// (CWE-770). Where entries have owners, an owner at its part forgets its own oldest entry for a further one, once half of the table is full.
/// </remarks>
internal sealed class ClockCache<TValue>
    where TValue : class
{
    private readonly ConcurrentDictionary<TokenHash, Slot> _slots = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<CallerPartition, LinkedList<Slot>> _ofOwners = [];
    private readonly Func<int> _ownerShare;
    private readonly Slot?[] _ring;
    private readonly Stack<int> _free = [];
    private int _hand;
    private int _unused;

    /// <summary>Makes an empty table.</summary>
    /// <param name="capacity">The most entries, 1 or more.</param>
    /// <param name="ownerShare">Percent of them that one owner may have, 1 to 100, asked at each entry; null (default) lets one owner have all.</param>
    public ClockCache(int capacity, Func<int>? ownerShare = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _ring = new Slot?[capacity];
        _ownerShare = ownerShare ?? (static () => 100);
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

    /// <summary>Adds an entry, or replaces the one of that hash.</summary>
    /// <param name="hash">The token's hash.</param>
    /// <param name="value">What is remembered of it.</param>
    /// <param name="owner">Whose entry it is; null for one that belongs to nobody.</param>
    public void Set(TokenHash hash, TValue value, CallerPartition? owner = null)
    {
        var slot = new Slot(hash, value, owner);
        lock (_lock)
        {
            if (_slots.TryGetValue(hash, out var earlier))
                Drop(earlier);
            else
                MakeRoom(owner);
            slot.Position = TakeFreePosition();
            _ring[slot.Position] = slot;
            _slots[hash] = slot;
            if (owner is { } one)
                OfOwner(one).AddLast(slot.OfOwner);
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

    /// <summary>Removes what no longer serves. The places are free at once.</summary>
    /// <param name="isOver">Whether a value no longer serves; asked under the lock, so it must be quick.</param>
    public void RemoveWhere(Func<TValue, bool> isOver)
    {
        lock (_lock)
        {
            foreach (var slot in _ring)
            {
                if (slot is not null && isOver(slot.Value))
                    Drop(slot);
            }
        }
    }

    private void MakeRoom(CallerPartition? owner)
    {
        if (!TryDropOwn(owner) && _slots.Count == _ring.Length)
            DropUnused();
    }

    // An owner at its part loses an entry of its own: the oldest that was not read since it was last passed.
    private bool TryDropOwn(CallerPartition? owner)
    {
        if (owner is not { } one || !_ofOwners.TryGetValue(one, out var own) || !PartitionedBudget.IsHeldToPart(_slots.Count, _ring.Length, own.Count, _ownerShare()))
            return false;
        var oldest = own.First!;
        while (oldest.Value.TakeSecondChance())
        {
            own.Remove(oldest);
            own.AddLast(oldest);
            oldest = own.First!;
        }

        Drop(oldest.Value);
        return true;
    }

    private LinkedList<Slot> OfOwner(CallerPartition owner)
    {
        if (!_ofOwners.TryGetValue(owner, out var own))
            _ofOwners.Add(owner, own = []);
        return own;
    }

    private void DropUnused()
    {
        while (_ring[_hand]!.TakeSecondChance())
            Advance();
        Drop(_ring[_hand]!);
        Advance();
    }

    // Those that were given back first, then those that were never used. There is one: who needs a position has made room.
    private int TakeFreePosition()
    {
        if (_free.TryPop(out var position))
            return position;
        return _unused++;
    }

    private void Advance() => _hand = (_hand + 1) % _ring.Length;

    private void Drop(Slot slot)
    {
        _slots.TryRemove(slot.Hash, out _);
        _ring[slot.Position] = null;
        _free.Push(slot.Position);
        if (slot.Owner is not { } owner)
            return;
        var own = _ofOwners[owner];
        own.Remove(slot.OfOwner);
        if (own.Count == 0)
            _ofOwners.Remove(owner); // an owner without entries leaves nothing behind
    }

    private sealed class Slot
    {
        private volatile bool _isUsed;

        public Slot(TokenHash hash, TValue value, CallerPartition? owner)
        {
            (Hash, Value, Owner) = (hash, value, owner);
            OfOwner = new LinkedListNode<Slot>(this);
        }

        public TokenHash Hash { get; }

        public TValue Value { get; }

        public CallerPartition? Owner { get; }

        public LinkedListNode<Slot> OfOwner { get; }

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
