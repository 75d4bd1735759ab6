using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Lists;

/// <summary>What a caller was last told of each list, in a legacy session or on one stream. Safe for concurrent use.</summary>
public sealed class AdvertisedLists
{
    /// <summary>Where a legacy session keeps it.</summary>
    public static readonly ConversationSlot<AdvertisedLists> Slot = new(static () => new AdvertisedLists());

    private readonly AdvertisedList?[] told = new AdvertisedList?[ListKinds.Count];

    /// <summary>The last; null when he was told nothing.</summary>
    public AdvertisedList? Of(ListKind kind) => Volatile.Read(ref told[(int)kind]);

    /// <summary>Notes what he sees now.</summary>
    public void Note(VisibleList visible)
    {
        ArgumentNullException.ThrowIfNull(visible);
        Volatile.Write(ref told[(int)visible.List.Kind], new AdvertisedList(visible.Version, visible.Hidden > 0));
    }
}

/// <summary>What a caller was told of a list.</summary>
/// <param name="Version"><see cref="VisibleList.Version"/>.</param>
/// <param name="HadHidden">True when the list had entries that were not there for him.</param>
public sealed record AdvertisedList(ReadOnlyMemory<byte> Version, bool HadHidden);
