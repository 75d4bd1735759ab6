using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Lists;

/// <summary>The lists that a caller was last shown, in a legacy session or on one stream. Safe for concurrent use.</summary>
public sealed class AdvertisedLists
{
    /// <summary>The slot of a legacy session that holds it.</summary>
    public static readonly ConversationSlot<AdvertisedLists> Slot = new(static () => new AdvertisedLists());

    private readonly AdvertisedList?[] told = new AdvertisedList?[ListKinds.Count];

    /// <summary>Returns the last one; null when the caller was shown none.</summary>
    public AdvertisedList? Of(ListKind kind) => Volatile.Read(ref told[(int)kind]);

    /// <summary>Records the list that the caller sees now.</summary>
    public void Note(VisibleList visible)
    {
        ArgumentNullException.ThrowIfNull(visible);
        Volatile.Write(ref told[(int)visible.List.Kind], new AdvertisedList(visible.Version, visible.Hidden > 0));
    }
}

/// <summary>A list that a caller was shown.</summary>
/// <param name="Version"><see cref="VisibleList.Version"/>.</param>
/// <param name="HadHidden">True when the list had entries that were hidden from the caller.</param>
public sealed record AdvertisedList(ReadOnlyMemory<byte> Version, bool HadHidden);
