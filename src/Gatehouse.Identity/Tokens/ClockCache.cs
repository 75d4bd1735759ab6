using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Identity.Tokens;

/// <summary>
/// A bounded table by token hash. Reads take no lock. A full table, and no other, evicts by second chance (the CLOCK algorithm): entries that were
/// read since the hand last passed stay, so that a flood of tokens seen once cannot push out those in use.
/// </summary>
/// <remarks>
/// Threat: one caller uses so many tokens that those of all others are removed and must be verified, or asked about, again and again (CWE-770). Where
/// entries have owners, an owner at its part loses its own oldest entry for a further one, once half of the table is full.
/// </remarks>
internal sealed class ClockCache<TValue>
    where TValue : class
{
    private readonly ConcurrentDictionary<TokenHash, Slot> slots = [];
    private readonly Lock gate = new();
    private readonly Dictionary<CallerPartition, LinkedList<Slot>> ofOwners = [];
    private readonly Func<int> ownerShare;
    private readonly Slot?[] ring;
    private readonly Stack<int> free = [];
    private int hand;
    private int unused;

    /// <summary>Makes an empty table.</summary>
    /// <param name="capacity">The most entries, 1 or more.</param>
    /// <param name="ownerShare">Percent of them that one owner may have, 1 to 100, asked at each entry; null (default) lets one owner have
    /// all.</param>
    public ClockCache(int capacity, Func<int>? ownerShare = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ring = new Slot?[capacity];
        this.ownerShare = ownerShare ?? (static () => 100);
    }

    /// <summary>The number of entries; never more than the capacity.</summary>
    public int Count => slots.Count;

    /// <summary>The values, in no order.</summary>
    public IEnumerable<TValue> Values => slots.Values.Select(static slot => slot.Value);

    public bool TryGet(TokenHash hash, [NotNullWhen(true)] out TValue? value)
    {
        if (!slots.TryGetValue(hash, out var slot))
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
    /// <param name="value">The remembered value.</param>
    /// <param name="owner">The owner of the entry; null for an entry without one.</param>
    public void Set(TokenHash hash, TValue value, CallerPartition? owner = null)
    {
        var slot = new Slot(hash, value, owner);
        lock (gate)
        {
            if (slots.TryGetValue(hash, out var earlier))
                Drop(earlier);
            else
                MakeRoom(owner);
            slot.Position = TakeFreePosition();
            ring[slot.Position] = slot;
            slots[hash] = slot;
            if (owner is { } one)
                OfOwner(one).AddLast(slot.OfOwner);
        }
    }

    /// <summary>Removes an entry if it still holds the value that no longer serves.</summary>
    public void Remove(TokenHash hash, TValue value)
    {
        lock (gate)
        {
            if (slots.TryGetValue(hash, out var slot) && ReferenceEquals(slot.Value, value))
                Drop(slot);
        }
    }

    /// <summary>Removes values that no longer serve. Their places are free immediately.</summary>
    /// <param name="isOver">Returns true for a value that no longer serves. Called under the lock, so it must be quick.</param>
    public void RemoveWhere(Func<TValue, bool> isOver)
    {
        lock (gate)
        {
            foreach (var slot in ring)
            {
                if (slot is not null && isOver(slot.Value))
                    Drop(slot);
            }
        }
    }

    private void MakeRoom(CallerPartition? owner)
    {
        if (!TryDropOwn(owner) && slots.Count == ring.Length)
            DropUnused();
    }

    // An owner at its part loses an entry of its own: the oldest that was not read since it was last passed.
    private bool TryDropOwn(CallerPartition? owner)
    {
        if (owner is not { } one
            || !ofOwners.TryGetValue(one, out var own) || !PartitionedBudget.IsHeldToPart(slots.Count, ring.Length, own.Count, ownerShare()))
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
        if (!ofOwners.TryGetValue(owner, out var own))
            ofOwners.Add(owner, own = []);
        return own;
    }

    private void DropUnused()
    {
        while (ring[hand]!.TakeSecondChance())
            Advance();
        Drop(ring[hand]!);
        Advance();
    }

    // Positions that were given back come first, then those that were never used. There is one: code that needs a position has made room.
    private int TakeFreePosition()
    {
        if (free.TryPop(out var position))
            return position;
        return unused++;
    }

    private void Advance() => hand = (hand + 1) % ring.Length;

    private void Drop(Slot slot)
    {
        slots.TryRemove(slot.Hash, out _);
        ring[slot.Position] = null;
        free.Push(slot.Position);
        if (slot.Owner is not { } owner)
            return;
        var own = ofOwners[owner];
        own.Remove(slot.OfOwner);
        if (own.Count == 0)
            ofOwners.Remove(owner); // an owner without entries leaves nothing behind
    }

    private sealed class Slot
    {
        private volatile bool isUsed;

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
            if (!isUsed)
                isUsed = true;
        }

        public bool TakeSecondChance()
        {
            var wasUsed = isUsed;
            isUsed = false;
            return wasUsed;
        }
    }
}
